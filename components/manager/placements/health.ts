import { toListenAddress } from "./units";

/** Where a process without a declared `listen_address` answers its own health check, and nobody else. */
export const OWN_METRICS = "127.0.0.1:9252";

/** A line of shell that succeeds while the process answers: one that hangs does not, and one that does says which gitlab-runner it is. */
export function healthCommand(metrics: string): string {
    const { ip, port } = toListenAddress(metrics);
    const host = ["", "0.0.0.0", "::"].includes(ip) ? "127.0.0.1" : ip;
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}/metrics`;
    const fetch = `wget -q -O - ${url} 2>/dev/null || curl -fsS ${url}`;
    // The proxies are for GitLab; the way to ourselves is shorter.
    return `unset http_proxy HTTP_PROXY; (${fetch}) | grep -q ^gitlab_runner_version_info`;
}

/** Whether an address answers on this machine alone. */
export function isLoopback(metrics: string): boolean {
    return /^(127\.|localhost$|::1$)/.test(toListenAddress(metrics).ip);
}
