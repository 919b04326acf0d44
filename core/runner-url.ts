/**
 * GitLab's address as gitlab-runner derives it from `url` in its config.toml: without trailing slashes, and without the
 * `/ci` at the end of addresses from before GitLab 8.
 */
export function addressOf(url: string): string {
    return url.trim().replace(/\/+$/, "").replace(/\/ci$/, "");
}

/**
 * GitLab's address in normal form, `https://<host>/api/v4/`, for comparison: a login in the URL makes no difference.
 * Undefined if it is not a URL.
 */
export function toApiUrl(text: string): string | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== "http:" && url?.protocol !== "https:") return undefined;
    const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/v4$/, "");
    return `${url.origin}${path}/api/v4/`;
}
