import { type Finding, fault, type WorkerFacts } from "./facts";

const REGISTER_ANEW =
    "Declare the runner and run pulumi up, or create one in GitLab and use its glrt- token; gitlab-runner register is not needed for that.";

/** What the token's text alone reveals. */
export function diagnoseTokenText({ token }: WorkerFacts): Finding[] {
    const got = `got ${token.length} characters`;
    switch (token.kind) {
        case "missing":
            return fault("token-missing", "The worker has no token.", REGISTER_ANEW);
        case "registration":
            return fault(
                "registration-token",
                `The token is a registration token of the old flow (${got}, beginning GR1348941). It registers runners; it does not get jobs.`,
                REGISTER_ANEW,
            );
        case "access":
        case "job":
            return fault(
                "access-token",
                `The token is ${token.kind === "job" ? "a job token" : "an access token of a user, a project or a group"} (${got}), not a runner's.`,
                `${REGISTER_ANEW} Revoke the misplaced one if it is still valid.`,
            );
        case "garbled":
            return fault(
                "token-unknown",
                `The token holds a space, a line break or a letter that no token has (${got}), so GitLab refuses it.`,
                "Copy the token alone, as GitLab shows it. If it is lost, reset it in GitLab and write the new one.",
            );
        default:
            return [];
    }
}

/** What prevents the worker from reaching GitLab. */
export function diagnoseContact({ contact, url }: WorkerFacts): Finding[] {
    switch (contact?.kind) {
        case undefined:
        case "gitlab":
            return [];
        case "invalid-url":
            return fault(
                "invalid-url",
                `url is not an http(s) address (got ${quote(url)}).`,
                'Write url = "https://<host>/".',
            );
        case "silence":
            return fault(
                "unreachable",
                `${quote(url)} does not answer${inWords(contact.code)}.`,
                adviceForSilence(contact.code),
            );
        case "tls":
            return fault(
                "tls",
                `The TLS certificate of ${quote(url)} is not trusted (${contact.code}).`,
                "Give the authority's certificate: tls-ca-file in the worker's table, or certs/<host>.crt beside config.toml.",
            );
        case "redirect":
            return diagnoseRedirect(url, contact.to);
        case "stranger":
            return fault(
                "wrong-url",
                `${quote(url)} is not GitLab: below it, /api/v4 answers ${contact.status} with ${contact.what}.`,
                "url must be GitLab's address without /api/v4, with its relative path if it has one.",
            );
    }
}

function diagnoseRedirect(url: string, to: string): Finding[] {
    if (/sign_in|login|saml|oauth|auth/i.test(to)) {
        return fault(
            "login-page",
            `${quote(url)} leads to a sign-in page (${to}). gitlab-runner cannot sign in.`,
            "Let /api/v4 pass the proxy in front of GitLab without signing in, or use an address that avoids it.",
        );
    }
    const https = url.startsWith("http://") && to.startsWith("https://");
    return fault(
        "redirect",
        `${quote(url)} redirects to ${to}. gitlab-runner's requests for jobs do not survive a redirect.`,
        https ? "Write url with https://." : "Write the address it leads to as url.",
    );
}

/** The HTTP library's codes mean nothing to a reader; those of the system are well known. */
function inWords(code: string): string {
    if (/^UND_ERR_\w*TIMEOUT$/.test(code)) return " within 10 seconds";
    return code === "UND_ERR_SOCKET" ? " (it closed the connection)" : ` (${code})`;
}

function adviceForSilence(code: string): string {
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "Correct the host name in url, or this host's DNS.";
    if (code === "ECONNREFUSED") return "Check port and protocol in url, and that GitLab is up.";
    if (/SSL|EPROTO/.test(code)) return "Check port and protocol in url: what answers there may speak no TLS.";
    return "Check url, firewall and proxy settings of this host.";
}

function quote(text: string): string {
    return JSON.stringify(text);
}
