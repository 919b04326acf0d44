/**
 * GitLab's address as gitlab-runner reaches it with a `url` of its config.toml: without slashes at the end, and without the `/ci` that
 * files from before GitLab 8 end with.
 */
export function addressOf(url: string): string {
    return url.trim().replace(/\/+$/, "").replace(/\/ci$/, "");
}

/** GitLab's address in its normal form, `https://<host>/api/v4/`, by which two are compared: a login in it makes none another. Undefined when it is no URL. */
export function toApiUrl(text: string): string | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== "http:" && url?.protocol !== "https:") return undefined;
    const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/v4$/, "");
    return `${url.origin}${path}/api/v4/`;
}
