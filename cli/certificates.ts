import * as path from "node:path";
import type { ParsedWorker } from "../core/config-toml";

/**
 * Where gitlab-runner finds the authority that a worker trusts: `tls-ca-file`, else `certs/<host>.crt` beside its
 * config.toml. It need not be there, and may be on another machine, as the folder is.
 */
export function authorityOf(worker: ParsedWorker, folder: string | undefined): string | undefined {
    const given = worker.config["tls-ca-file"];
    if (typeof given === "string" && given !== "") return given;
    if (folder === undefined || !URL.canParse(worker.url)) return undefined;
    // Other machines have slashes in their paths, whatever this one has.
    const { join } = folder.startsWith("/") ? path.posix : path;
    return join(folder, "certs", `${new URL(worker.url).hostname}.crt`);
}
