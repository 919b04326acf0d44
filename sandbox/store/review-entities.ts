/** Row types of reviews and discussions. */

export interface MergeRequest {
    id: number;
    projectId: number;
    iid: number;
    title: string;
    sourceBranch: string;
    targetBranch: string;
    state: "opened" | "closed" | "merged";
    /** Newest commit of the source branch. */
    sha: string;
    /** The merge commit. */
    mergeCommitSha: string | null;
    authorId: number;
    mergedAt: number | null;
    createdAt: number;
}

/** A note on a merge request. */
export interface Note {
    id: number;
    mergeRequestId: number;
    body: string;
    authorId: number;
    /** Written by GitLab itself. */
    system: boolean;
    createdAt: number;
    updatedAt: number;
}

export interface Issue {
    id: number;
    projectId: number;
    iid: number;
    title: string;
    description: string | null;
    labels: string[];
    state: "opened" | "closed";
    authorId: number;
    createdAt: number;
    updatedAt: number;
}
