-- Everything the practice Canvas knows. Tables and columns carry Canvas's own names where it has one.
-- `stuck` holds the sticky fields that a person changed by hand, separated by blanks.
-- `sis_batch_id` is the import that touched the row last (REST: sis_import_id).

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    parent_account_id INTEGER REFERENCES accounts,
    sis_source_id TEXT,
    integration_id TEXT,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    uuid TEXT NOT NULL,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX accounts_sis ON accounts (sis_source_id) WHERE sis_source_id IS NOT NULL;
CREATE INDEX accounts_parent ON accounts (parent_account_id);

CREATE TABLE roles (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    base_role_type TEXT NOT NULL,          -- StudentEnrollment … or AccountMembership
    account_id INTEGER REFERENCES accounts, -- NULL: built-in
    workflow_state TEXT NOT NULL DEFAULT 'active'  -- built_in, active, inactive, deleted
);

CREATE TABLE enrollment_terms (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sis_source_id TEXT,
    integration_id TEXT,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    start_at TEXT,
    end_at TEXT,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX enrollment_terms_sis ON enrollment_terms (sis_source_id) WHERE sis_source_id IS NOT NULL;

CREATE TABLE enrollment_dates_overrides (
    id INTEGER PRIMARY KEY,
    enrollment_term_id INTEGER NOT NULL REFERENCES enrollment_terms,
    enrollment_type TEXT NOT NULL,
    start_at TEXT,
    end_at TEXT,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    UNIQUE (enrollment_term_id, enrollment_type)
);

CREATE TABLE abstract_courses (
    id INTEGER PRIMARY KEY,
    sis_source_id TEXT UNIQUE,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts,
    enrollment_term_id INTEGER REFERENCES enrollment_terms,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER
);

CREATE TABLE courses (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    course_code TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts,
    enrollment_term_id INTEGER NOT NULL REFERENCES enrollment_terms,
    workflow_state TEXT NOT NULL,          -- created, claimed, available, completed, deleted
    sis_source_id TEXT,
    integration_id TEXT,
    start_at TEXT,
    conclude_at TEXT,
    restrict_enrollments_to_course_dates INTEGER NOT NULL DEFAULT 0,
    abstract_course_id INTEGER REFERENCES abstract_courses,
    course_format TEXT,
    grade_passback_setting TEXT,
    homeroom_course INTEGER NOT NULL DEFAULT 0,
    friendly_name TEXT,
    blueprint INTEGER NOT NULL DEFAULT 0,
    blueprint_course_id INTEGER REFERENCES courses,
    copied_from_course_id INTEGER REFERENCES courses, -- made by a cross-listing; follows that course
    uuid TEXT NOT NULL,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX courses_sis ON courses (sis_source_id) WHERE sis_source_id IS NOT NULL;
CREATE INDEX courses_term ON courses (enrollment_term_id);
CREATE INDEX courses_account ON courses (account_id);
CREATE INDEX courses_copied ON courses (copied_from_course_id) WHERE copied_from_course_id IS NOT NULL;

CREATE TABLE course_sections (
    id INTEGER PRIMARY KEY,
    course_id INTEGER NOT NULL REFERENCES courses,
    nonxlist_course_id INTEGER REFERENCES courses,    -- its first course while it is cross-listed
    name TEXT NOT NULL,
    sis_source_id TEXT,
    integration_id TEXT,
    default_section INTEGER NOT NULL DEFAULT 0,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    start_at TEXT,
    end_at TEXT,
    restrict_enrollments_to_section_dates INTEGER NOT NULL DEFAULT 0,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX course_sections_sis ON course_sections (sis_source_id) WHERE sis_source_id IS NOT NULL;
CREATE INDEX course_sections_course ON course_sections (course_id);
CREATE INDEX course_sections_nonxlist ON course_sections (nonxlist_course_id) WHERE nonxlist_course_id IS NOT NULL;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sortable_name TEXT NOT NULL,
    short_name TEXT,
    pronouns TEXT,
    workflow_state TEXT NOT NULL DEFAULT 'registered', -- registered, pre_registered, deleted
    uuid TEXT NOT NULL,
    stuck TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL
);

CREATE TABLE pseudonyms (                  -- logins
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users,
    account_id INTEGER NOT NULL REFERENCES accounts,
    unique_id TEXT NOT NULL,
    unique_id_key TEXT NOT NULL,           -- unique_id without letter case
    sis_user_id TEXT,
    integration_id TEXT,
    workflow_state TEXT NOT NULL DEFAULT 'active', -- active, suspended, deleted
    authentication_provider_id INTEGER,
    declared_user_type TEXT,
    password_digest TEXT,
    sis_communication_channel_id INTEGER,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX pseudonyms_sis ON pseudonyms (sis_user_id) WHERE sis_user_id IS NOT NULL;
CREATE INDEX pseudonyms_integration ON pseudonyms (integration_id) WHERE integration_id IS NOT NULL;
CREATE INDEX pseudonyms_unique_id ON pseudonyms (unique_id_key);
CREATE INDEX pseudonyms_user ON pseudonyms (user_id);

CREATE TABLE authentication_providers (
    id INTEGER PRIMARY KEY,
    auth_type TEXT NOT NULL,
    workflow_state TEXT NOT NULL DEFAULT 'active'
);

CREATE TABLE communication_channels (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users,
    pseudonym_id INTEGER REFERENCES pseudonyms,
    path TEXT NOT NULL,
    path_key TEXT NOT NULL,                -- path without letter case
    position INTEGER NOT NULL DEFAULT 1,
    workflow_state TEXT NOT NULL DEFAULT 'active' -- active, unconfirmed, retired
);
CREATE INDEX communication_channels_user ON communication_channels (user_id);

CREATE TABLE enrollments (                 -- the course is the section's course
    id INTEGER PRIMARY KEY,
    course_section_id INTEGER NOT NULL REFERENCES course_sections,
    user_id INTEGER NOT NULL REFERENCES users,
    role_id INTEGER NOT NULL REFERENCES roles,
    associated_user_id INTEGER REFERENCES users,
    temporary_enrollment_source_user_id INTEGER REFERENCES users,
    workflow_state TEXT NOT NULL,          -- active, completed, inactive, deleted, …
    start_at TEXT,
    end_at TEXT,
    completed_at TEXT,
    limit_privileges_to_course_section INTEGER NOT NULL DEFAULT 0,
    grade_publishing_status TEXT,
    grade_publishing_message TEXT,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX enrollments_section ON enrollments (course_section_id, user_id);
CREATE INDEX enrollments_user ON enrollments (user_id);

CREATE TABLE account_users (               -- admins
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id INTEGER NOT NULL REFERENCES users,
    role_id INTEGER NOT NULL REFERENCES roles,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    sis_batch_id INTEGER                   -- set: managed by SIS
);
CREATE INDEX account_users_account ON account_users (account_id);
CREATE INDEX account_users_user ON account_users (user_id);

CREATE TABLE group_categories (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts,
    course_id INTEGER REFERENCES courses,
    role TEXT,                             -- student_organized, communities, imported; NULL for ordinary sets
    self_signup TEXT,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    sis_source_id TEXT,
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX group_categories_sis ON group_categories (sis_source_id) WHERE sis_source_id IS NOT NULL;

CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts,
    course_id INTEGER REFERENCES courses,
    group_category_id INTEGER REFERENCES group_categories,
    workflow_state TEXT NOT NULL DEFAULT 'available', -- available, deleted
    sis_source_id TEXT,
    leader_id INTEGER REFERENCES users,
    stuck TEXT NOT NULL DEFAULT '',
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE UNIQUE INDEX groups_sis ON groups (sis_source_id) WHERE sis_source_id IS NOT NULL;
CREATE INDEX groups_category ON groups (group_category_id);

CREATE TABLE group_memberships (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES groups,
    user_id INTEGER NOT NULL REFERENCES users,
    workflow_state TEXT NOT NULL DEFAULT 'accepted', -- accepted, deleted
    sis_batch_id INTEGER,
    created_at TEXT NOT NULL
);
CREATE INDEX group_memberships_group ON group_memberships (group_id, user_id);
CREATE INDEX group_memberships_user ON group_memberships (user_id);

CREATE TABLE user_observation_links (
    id INTEGER PRIMARY KEY,
    observer_id INTEGER NOT NULL REFERENCES users,
    student_id INTEGER NOT NULL REFERENCES users,
    workflow_state TEXT NOT NULL DEFAULT 'active',
    sis_batch_id INTEGER,
    UNIQUE (observer_id, student_id)
);
CREATE INDEX user_observation_links_student ON user_observation_links (student_id);

-- The SIS imports themselves

CREATE TABLE sis_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id INTEGER NOT NULL REFERENCES users,
    workflow_state TEXT NOT NULL,
    progress INTEGER NOT NULL DEFAULT 0,
    options TEXT NOT NULL DEFAULT '{}',    -- JSON: the parameters as Canvas echoes them
    data TEXT NOT NULL DEFAULT '{}',       -- JSON: counts, statistics, supplied_batches, …
    attachment_id INTEGER,                 -- the upload
    diffing_data_set_identifier TEXT,
    diffing_remaster INTEGER,
    diffing_threshold_exceeded INTEGER NOT NULL DEFAULT 0,
    run_token TEXT,                        -- names one run, so that a worker notices that its import is gone
    run_after TEXT,                        -- waiting imports start again only then (after an abort)
    created_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    updated_at TEXT NOT NULL
);
CREATE INDEX sis_batches_state ON sis_batches (workflow_state);
CREATE INDEX sis_batches_data_set ON sis_batches (diffing_data_set_identifier) WHERE diffing_data_set_identifier IS NOT NULL;

CREATE TABLE sis_batch_errors (
    id INTEGER PRIMARY KEY,
    sis_batch_id INTEGER NOT NULL REFERENCES sis_batches,
    failure INTEGER NOT NULL,              -- 1: error, 0: warning
    file TEXT,
    message TEXT NOT NULL,
    row INTEGER,
    row_info TEXT,                         -- the contents of the row
    created_at TEXT NOT NULL
);
CREATE INDEX sis_batch_errors_batch ON sis_batch_errors (sis_batch_id, failure);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    sis_batch_id INTEGER REFERENCES sis_batches,
    purpose TEXT NOT NULL,                 -- upload, csv, diffed, errors, report
    display_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    path TEXT NOT NULL,                    -- below the files folder of the home
    size INTEGER NOT NULL,
    uuid TEXT NOT NULL,                    -- also the verifier of its address
    created_at TEXT NOT NULL
);
CREATE INDEX attachments_batch ON attachments (sis_batch_id);

CREATE TABLE sis_batch_roll_back_data (    -- what restore_states needs: the changes of state
    id INTEGER PRIMARY KEY,
    sis_batch_id INTEGER NOT NULL,
    context_type TEXT NOT NULL,            -- Course, Enrollment, …
    context_id INTEGER NOT NULL,
    last_context_id INTEGER NOT NULL,      -- the row tells of all ids from context_id to this one
    previous_workflow_state TEXT NOT NULL,
    updated_workflow_state TEXT NOT NULL,
    batch_mode_delete INTEGER NOT NULL DEFAULT 0,
    restored INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sis_batch_roll_back_data_batch ON sis_batch_roll_back_data (sis_batch_id);

CREATE TABLE progresses (
    id INTEGER PRIMARY KEY,
    context_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    completion REAL NOT NULL DEFAULT 0,
    workflow_state TEXT NOT NULL DEFAULT 'queued',
    message TEXT,
    options TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE account_reports (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    user_id INTEGER NOT NULL REFERENCES users,
    report TEXT NOT NULL,                  -- sis_export_csv
    parameters TEXT NOT NULL,              -- JSON
    workflow_state TEXT NOT NULL DEFAULT 'created', -- created, running, complete, error
    progress INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    attachment_id INTEGER,
    created_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT
);

CREATE TABLE access_tokens (
    token TEXT PRIMARY KEY,                -- practice tokens are public by design
    name TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users,
    expires_at TEXT,
    scopes TEXT,                           -- beginnings of `url:GET|/api/v1/…`, separated by blanks; NULL: all
    workflow_state TEXT NOT NULL DEFAULT 'active' -- active, deleted (revoked)
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL                    -- JSON
);
