/** Answer to `POST /user/runners`. https://docs.gitlab.com/api/users/#create-a-runner-linked-to-a-user */
export interface CreatedRunner {
    id: number;
    /** Authentication token, shown only here. */
    token: string;
}

/** One runner with all its details: `GET /runners/:id`. https://docs.gitlab.com/api/runners/ */
export interface RunnerDetails {
    id: number;
    description: string | null;
    maintenance_note: string | null;
    runner_type: string;
    paused: boolean;
    locked: boolean;
    run_untagged: boolean;
    access_level: string;
    maximum_timeout: number | null;
    tag_list: string[];
    status: string;
    contacted_at: string | null;
    /** Since GitLab 18. */
    created_at?: string;
    /** The newest GitLab tells it; older ones by GraphQL alone. */
    token_expires_at?: string | null;
    /** Since GitLab 18, if the user may see them. */
    created_by?: { username: string };
    /** Missing in the answer to PUT since GitLab 19. */
    projects?: { id: number }[];
    groups?: { id: number }[];
}

/** A runner in GraphQL. https://docs.gitlab.com/api/graphql/reference/#cirunner */
export interface RunnerNode {
    /** `gid://gitlab/Ci::Runner/<id>` */
    id: string;
    description: string | null;
    maintenanceNote: string | null;
    runnerType: string;
    paused: boolean;
    locked: boolean | null;
    runUntagged: boolean;
    accessLevel: string;
    maximumTimeout: number | null;
    tagList: string[] | null;
    status: string;
    contactedAt: string | null;
    createdAt?: string | null;
    createdBy?: { username: string } | null;
    tokenExpiresAt?: string | null;
    projectCount?: number | null;
}

/** The used part of `GET /projects/:id`. https://docs.gitlab.com/api/projects/ */
export interface Project {
    id: number;
    path_with_namespace: string;
    created_at?: string;
    archived?: boolean;
    /** The day on which somebody marked it for deletion. */
    marked_for_deletion_on?: string | null;
    shared_with_groups?: ProjectShare[];
    visibility?: string;
    container_registry_access_level?: string;
}

export interface ProjectShare {
    group_id: number;
    group_access_level: number;
    expires_at: string | null;
}

/** The used part of `GET /groups/:id`. https://docs.gitlab.com/api/groups/ */
export interface Group {
    id: number;
    full_path: string;
}
