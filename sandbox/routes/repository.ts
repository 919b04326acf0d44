/** Files of a repository. https://docs.gitlab.com/api/repository_files/ */
import { createHash } from "node:crypto";
import { hasProjectRole, projectFor } from "../access";
import { Answer, type Api, type Call } from "../http/api";
import type { Identity } from "../http/auth";
import { forbidden, notFound } from "../http/errors";
import { p } from "../http/params";
import type { Project, RepositoryFile } from "../store/entities";
import type { Store } from "../store/store";

const scopes = ["read_repository"];
const file_path = p.string().required();

export function repositoryRoutes(api: Api): void {
    const raw = { file_path, ref: p.string() };
    api.get("/projects/:id/repository/files/:file_path/raw", { auth: "optional", scopes, params: raw }, (call) => {
        const found = findFile(call, readable(call), call.params.file_path, call.params.ref);
        return new Answer(200, found.content, headersOf(found), "text/plain");
    });

    const file = { file_path, ref: p.string().required().filled() };
    api.get("/projects/:id/repository/files/:file_path", { auth: "optional", scopes, params: file }, (call) => {
        const found = findFile(call, readable(call), call.params.file_path, call.params.ref);
        Object.assign(call.headers, headersOf(found));
        return { ...factsOf(found), content: Buffer.from(found.content).toString("base64") };
    });

    const tree = { path: p.string(), ref: p.string(), recursive: p.boolean() };
    api.get("/projects/:id/repository/tree", { auth: "optional", scopes, params: tree }, (call) => {
        const project = readable(call);
        const { params } = call;
        const entries = treeOf(call, project, refOf(project, params.ref), params.path ?? "", params.recursive ?? false);
        if (entries.length === 0) throw notFound("Tree");
        return call.page(entries, (entry) => entry);
    });
}

/** In a private project, code is visible to members from Reporter on, otherwise to everybody who sees the project. */
export function mayReadCode(db: Store, identity: Identity, project: Project): boolean {
    return project.visibility !== "private" || hasProjectRole(db, identity, project, "reporter");
}

function readable(call: Call): Project {
    const project = projectFor(call);
    if (!mayReadCode(call.db, call.identity, project)) throw forbidden();
    return project;
}

/** `HEAD` and no ref mean the default branch. */
export function refOf(project: Project, ref: string | null | undefined): string {
    return !ref || ref === "HEAD" ? project.defaultBranch : ref;
}

export function findBlob(db: Store, project: Project, path: string, ref?: string | null): RepositoryFile | undefined {
    return db.files.first("file", `${project.id}:${refOf(project, ref)}:${path}`);
}

function findFile(call: Call, project: Project, path: string, ref: string | null | undefined): RepositoryFile {
    const found = findBlob(call.db, project, path, ref);
    if (found) return found;
    const known = call.db.files.find("project", project.id).some((one) => one.ref === refOf(project, ref));
    throw notFound(known ? "File" : "Commit");
}

interface TreeEntry {
    id: string;
    name: string;
    type: "tree" | "blob";
    path: string;
    mode: string;
}

/** Directories first, as git sorts them; GitLab lists a folder's content without the folder itself. */
function treeOf(call: Call, project: Project, ref: string, folder: string, recursive: boolean): TreeEntry[] {
    const inside = folder.replace(/^\/+|\/+$/g, "");
    const prefix = inside === "" ? "" : `${inside}/`;
    const files = call.db.files
        .find("project", project.id)
        .filter((file) => file.ref === ref && file.path.startsWith(prefix));
    const entries = files
        .flatMap((file) => entriesTo(file, prefix))
        .filter(({ path }) => recursive || !path.slice(prefix.length).includes("/"));
    const byPath = new Map(entries.map((entry) => [entry.path, entry]));
    const key = ({ type, path }: TreeEntry) => `${type === "tree" ? 0 : 1} ${path}`;
    return [...byPath.values()].sort((a, b) => compare(key(a), key(b)));
}

/** The folders below a prefix that lead to a file, and the file. */
function entriesTo(file: RepositoryFile, prefix: string): TreeEntry[] {
    const parts = file.path.slice(prefix.length).split("/");
    return parts.map((name, index) => {
        const path = prefix + parts.slice(0, index + 1).join("/");
        if (path === file.path) return { id: blobId(file), name, type: "blob", path, mode: "100644" };
        const id = createHash("sha1").update(`tree ${file.ref} ${path}`).digest("hex");
        return { id, name, type: "tree", path, mode: "040000" };
    });
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function factsOf(one: RepositoryFile): Record<string, string | number | boolean> {
    return {
        file_name: one.path.slice(one.path.lastIndexOf("/") + 1),
        file_path: one.path,
        size: Buffer.byteLength(one.content),
        encoding: "base64",
        content_sha256: createHash("sha256").update(one.content).digest("hex"),
        ref: one.ref,
        blob_id: blobId(one),
        commit_id: commitId(one.projectId, one.ref),
        last_commit_id: commitId(one.projectId, one.ref),
        execute_filemode: false,
    };
}

/** `X-Gitlab-Blob-Id` and so on: a file's metadata without its content, as for `HEAD`. */
function headersOf(one: RepositoryFile): Record<string, string> {
    return Object.fromEntries(
        Object.entries(factsOf(one)).map(([name, value]) => [
            `x-gitlab-${name.replaceAll("_", "-")}`,
            encodeURIComponent(value),
        ]),
    );
}

export function blobId(one: RepositoryFile): string {
    return createHash("sha1")
        .update(`blob ${Buffer.byteLength(one.content)}\0${one.content}`)
        .digest("hex");
}

function commitId(projectId: number, ref: string): string {
    return createHash("sha1").update(`commit ${projectId} ${ref}`).digest("hex");
}
