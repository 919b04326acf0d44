import type { ListedProject } from "../gather";
import { PROJECT_DIR, type Variables } from "../shell/variables";

/**
 * Predefined variables that may occur in an image's name or a project's path, for the default branch. `registry` is its
 * host, port and path prefix; `server` is GitLab's own address.
 */
export function predefinedVariables(
    {
        id,
        path_with_namespace: path,
        default_branch,
    }: Pick<ListedProject, "id" | "path_with_namespace" | "default_branch">,
    registry: string,
    server: string,
): Variables {
    const defaultBranch = default_branch ?? "main";
    const parts = path.split("/");
    const url = new URL(server);
    const address = server.replace(/\/+$/, "");
    const dashed = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "-");
    const slug = (text: string) => /^-*(.*?)-*$/.exec(dashed(text).slice(0, 63))![1]!;
    return {
        CI_API_V4_URL: `${address}/api/v4`,
        CI_COMMIT_BRANCH: defaultBranch,
        CI_COMMIT_REF_NAME: defaultBranch,
        CI_COMMIT_REF_SLUG: slug(defaultBranch),
        CI_DEFAULT_BRANCH: defaultBranch,
        // Those of the project that runs the pipeline, unless it runs in a fork.
        CI_MERGE_REQUEST_PROJECT_ID: String(id),
        CI_MERGE_REQUEST_PROJECT_PATH: path,
        CI_PROJECT_DIR: PROJECT_DIR,
        CI_PROJECT_ID: String(id),
        CI_PROJECT_NAME: parts.at(-1)!,
        CI_PROJECT_NAMESPACE: parts.slice(0, -1).join("/"),
        CI_PROJECT_PATH: path,
        CI_PROJECT_PATH_SLUG: slug(path),
        CI_PROJECT_ROOT_NAMESPACE: parts[0]!,
        CI_PROJECT_URL: `${address}/${path}`,
        CI_REGISTRY: registry,
        // Docker refuses capital letters in a repository's name, so GitLab uses lower case here.
        CI_REGISTRY_IMAGE: `${registry}/${path.toLowerCase()}`,
        CI_REPOSITORY_URL: `${address.replace("//", `//gitlab-ci-token:\${CI_JOB_TOKEN}@`)}/${path}.git`,
        CI_SERVER_FQDN: url.host,
        CI_SERVER_HOST: url.hostname,
        CI_SERVER_PORT: url.port || (url.protocol === "https:" ? "443" : "80"),
        CI_SERVER_PROTOCOL: url.protocol.slice(0, -1),
        CI_SERVER_URL: address,
        CI_TEMPLATE_REGISTRY_HOST: "registry.gitlab.com",
    };
}
