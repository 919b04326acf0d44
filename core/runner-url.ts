/**
 * GitLab's address as gitlab-runner reaches it with a `url` of its config.toml: without slashes at the end, and without the `/ci` that
 * files from before GitLab 8 end with.
 */
export function addressOf(url: string): string {
    return url.trim().replace(/\/+$/, "").replace(/\/ci$/, "");
}
