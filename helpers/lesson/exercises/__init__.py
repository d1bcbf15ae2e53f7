"""Every exercise of the lesson with its check: one module for each notebook."""

from helpers.lesson.catalog import catalog
from helpers.lesson.exercise import Check, Exercise, Make
from helpers.lesson.exercises import (
    automate,
    bad_files_and_rows,
    check_import_status,
    full_batch_and_diffing,
    import_a_test_file,
    install,
    last_night,
    requests_and_queues,
    start_here,
)

_CHECKS: dict[str, Check] = {
    "find_account": start_here.account,
    "identify_yourself": install.identified,
    "find_command_fault": install.command_fault,
    "go_on_or_stop": import_a_test_file.GO_ON_OR_STOP.check,
    "send_second_course": import_a_test_file.second_course,
    "rename_course": import_a_test_file.renamed_course,
    "fix_row": check_import_status.fixed_row,
    "find_row": check_import_status.found_row,
    "find_flawed_import": check_import_status.flawed_import,
    "fix_separators": bad_files_and_rows.fixed_separators,
    "repair_unknown_fault": bad_files_and_rows.repaired_file,
    "name_root_cause": bad_files_and_rows.root_cause,
    "what_next": requests_and_queues.WHAT_NEXT.check,
    "diagnose_incident": requests_and_queues.incident,
    "abort_one": requests_and_queues.aborted_one,
    "name_what_would_go": full_batch_and_diffing.lost_course,
    "undo_accident": full_batch_and_diffing.undone_accident,
    "remove_one_course": full_batch_and_diffing.removed_only,
    "which_exit_status": automate.EXIT_STATUS.check,
    "ignore_deletes": automate.ignored_deletes,
    "name_the_noise": automate.only_noise_is_left,
    "case_find": last_night.found,
    "case_prove": last_night.proved,
}
_TASKS: dict[str, Make] = {  # the tasks of the other exercises are always the same
    "find_command_fault": install.make_command,
    "go_on_or_stop": import_a_test_file.GO_ON_OR_STOP.make,
    "find_row": check_import_status.make_file,
    "repair_unknown_fault": bad_files_and_rows.make_file,
    "name_root_cause": bad_files_and_rows.make_package,
    "what_next": requests_and_queues.WHAT_NEXT.make,
    "abort_one": requests_and_queues.make_files,
    "name_what_would_go": full_batch_and_diffing.make_export,
    "which_exit_status": automate.EXIT_STATUS.make,
    "case_find": last_night.make,
}
EXERCISES = {
    each.id: Exercise(**vars(each), check=_CHECKS[each.id], make=_TASKS.get(each.id)) for each in catalog()
}
"""ID → exercise, in the lesson's order."""
