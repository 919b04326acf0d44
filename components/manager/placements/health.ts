import { error, type Problem } from "../../../core/problems";
import { isMap, memberOf, show } from "../../../core/values";
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

/** What is wrong with the address at which a process in a container is asked whether it is well. */
export function findListenProblems(global: unknown, path: string): Problem[] {
    const address = isMap(global) ? global.listen_address : undefined;
    if (typeof address !== "string" || address === "") return [];
    const { ip, port } = toListenAddress(address);
    // gitlab-runner takes a number alone for the name of a host.
    if (port >= 1 && port <= 65535 && !/^\d+$/.test(ip)) return [];
    const message = `must end with a colon and a port from 1 to 65535, such as ":9252" (got ${show(address)}). Correct it.`;
    return [error(memberOf(path, "listen_address"), message)];
}
