import { error, type Problem } from "../../../core/problems";
import { isMap, memberOf, show } from "../../../core/values";
import { toListenAddress } from "./units";

/** Address of the health endpoint of a process without a declared `listen_address`; reachable only from inside. */
export const OWN_METRICS = "127.0.0.1:9252";

/** A shell command that succeeds if the process answers with gitlab-runner's metrics, so it fails if that hangs. */
export function healthCommand(metrics: string): string {
    const { ip, port } = toListenAddress(metrics);
    const host = ["", "0.0.0.0", "::"].includes(ip) ? "127.0.0.1" : ip;
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}/metrics`;
    const fetch = `wget -q -O - ${url} 2>/dev/null || curl -fsS ${url}`;
    // The proxies are for GitLab; this request stays inside the container.
    return `unset http_proxy HTTP_PROXY; (${fetch}) | grep -q ^gitlab_runner_version_info`;
}

/** Whether an address can only be reached from the same machine. */
export function isLoopback(metrics: string): boolean {
    return /^(127\.|localhost$|::1$)/.test(toListenAddress(metrics).ip);
}

/** Problems of the address at which a process in a container answers its health check. */
export function findListenProblems(global: unknown, path: string): Problem[] {
    const address = isMap(global) ? global.listen_address : undefined;
    if (typeof address !== "string" || address === "") return [];
    const { ip, port } = toListenAddress(address);
    // gitlab-runner takes a plain number for a host name.
    if (port >= 1 && port <= 65535 && !/^\d+$/.test(ip)) return [];
    const message = `must end with a colon and a port from 1 to 65535, such as ":9252" (got ${show(address)}). Correct it.`;
    return [error(memberOf(path, "listen_address"), message)];
}
