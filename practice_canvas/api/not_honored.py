"""What Canvas's documentation offers and the practice Canvas does not honor: it is reported when it is sent.

A test sends each of them; the list in docs/practice-canvas.md is made from this table.
"""

# Call → its parameters, separated by blanks.
NOT_HONORED = {
    "GET accounts/:account/sub_accounts": "order include[]=course_count include[]=sub_account_count",
    "GET accounts/:account/courses": "include[]=syllabus_body include[]=course_progress"
    " include[]=storage_quota_used_mb include[]=post_manually",
    "GET accounts/:account/users": "include_deleted_users include[]=ui_invoked",
    "GET accounts/:account/terms": "term_name",
    "GET accounts/:account/groups": "only_own_groups include[]=tabs",
    "GET courses/:id": "teacher_limit include[]=needs_grading_count include[]=syllabus_body"
    " include[]=public_description include[]=total_scores include[]=course_progress include[]=sections"
    " include[]=storage_quota_used_mb include[]=favorites include[]=permissions include[]=course_image",
    "GET courses/:id/enrollments": "grading_period_id created_for_sis_id[] include[]=avatar_url"
    " include[]=group_ids include[]=locked include[]=can_be_removed include[]=uuid include[]=current_points",
    "GET courses/:id/users": "include[]=locked include[]=avatar_state include[]=test_student"
    " include[]=custom_links include[]=current_grading_period_scores",
    "GET courses/:id/sections": "search_term include[]=passback_status include[]=permissions",
    "GET courses/:id/groups": "only_own_groups include[]=tabs",
    "GET users/:id": "include[]=uuid include[]=last_login",
    "GET users/:id/courses": "homeroom include[]=needs_grading_count include[]=total_scores",
    "GET groups/:id": "include[]=permissions include[]=tabs",
    "GET groups/:id/users": "search_term exclude_inactive include[]=avatar_url",
    "GET groups/:id/memberships": "filter_states[]",
    "PUT courses/:id": "override_sis_stickiness course[is_public] course[is_public_to_auth_users]"
    " course[public_syllabus] course[license] course[syllabus_body] course[time_zone] course[default_view]"
    " course[storage_quota_mb] course[grading_standard_id] course[hide_final_grades] course[template]"
    " course[apply_assignment_group_weights]",
    "PUT users/:id": "override_sis_stickiness user[time_zone] user[locale] user[title] user[bio]"
    " user[pronunciation] user[avatar][url] user[event]",
    "PUT sections/:id": "override_sis_stickiness",
    "PUT accounts/:account/terms/:id": "override_sis_stickiness",
    "PUT accounts/:account": "override_sis_stickiness account[default_time_zone]"
    " account[default_storage_quota_mb] account[settings][restrict_student_past_view][value]",
    "PUT groups/:id": "override_sis_stickiness description is_public join_level members[] storage_quota_mb",
}
