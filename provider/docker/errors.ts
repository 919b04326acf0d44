import { attempt } from "../../core/attempt";
import { whyNotConnected } from "../../core/distrust";

/** A Docker engine refused something or did not answer. The message has its address and what to do. */
export class DockerError extends Error {
    /** @param host the engine's address @param what the sentence after it @param status HTTP status, if it answered */
    constructor(
        readonly host: string,
        what: string,
        readonly status?: number,
    ) {
        super(`Docker engine ${host}: ${what}`);
    }
}

/** An answer that exceeds the limit. */
export class TooMuch extends DockerError {
    constructor(host: string, doing: string, most: number) {
        super(host, `${doing}: it is more than ${most / 1024 / 1024} MiB. Look what fills it, and take that away.`);
    }
}

/** An engine's refusal: its words, and what helps. */
export function refusal(host: string, doing: string, status: number, body: string): DockerError {
    const words = wordsOf(body);
    return new DockerError(host, `${doing} was refused (${status}: ${words}).${remedyFor(words)}`, status);
}

/** What helps against the words of an engine, or of a program in one of its containers; empty if unknown. */
export function remedyFor(words: string): string {
    const remedy = REFUSALS.find(([pattern]) => pattern.test(words))?.[1];
    return remedy === undefined ? "" : ` ${remedy}`;
}

/** An engine that could not be reached at all. */
export function unreachable(host: string, error: NodeJS.ErrnoException): DockerError {
    const words = whyNotConnected(error);
    const [, remedy] = FAILURES.find(([pattern]) => pattern.test(`${error.code} ${words}`)) ?? ["", ELSEWHERE];
    const hint = host.startsWith("ssh:") ? `Try it by hand: ssh ${sshTarget(host)} docker version` : remedy;
    return new DockerError(host, `cannot be reached (${words}). ${hint}`);
}

const ELSEWHERE = "Is the engine running? Start it, or name another one in placement.docker.host or DOCKER_HOST.";

const FAILURES: [RegExp, string][] = [
    [
        /ENOENT/,
        `${ELSEWHERE} The one that the docker client uses: export DOCKER_HOST=$(docker context inspect -f '{{.Endpoints.docker.Host}}')`,
    ],
    [
        /EACCES|EPERM/,
        "This user may not open the socket: add it to the socket's group (docker), or run as one who may.",
    ],
    [/ENOTFOUND|EAI_AGAIN/, "No machine has this name. Correct placement.docker.host."],
    [
        /CERT|certificate|SSL|TLS/i,
        "The certificates do not fit: check certPath, or caMaterial, certMaterial and keyMaterial.",
    ],
    [/ECONNRESET|UND_ERR_SOCKET/, "If the engine wants TLS, give its certificates: placement.docker.certPath."],
];

const REFUSALS: [RegExp, string][] = [
    [/no space left/i, "The engine's disk is full: docker system df shows by what."],
    [
        /client sent an HTTP request to an HTTPS server/i,
        "It wants TLS: give its certificates with placement.docker.certPath.",
    ],
    [/no such image/i, "Pull it there, or choose another placement.docker.image."],
    [
        /(pull access denied|unauthorized|authentication required)/i,
        "Log in to the registry with placement.docker.registryAuth.",
    ],
];

function wordsOf(body: string): string {
    const said = attempt(() => ((JSON.parse(body) as { message?: string }).message ?? body).trim());
    return said ?? (body.trim().slice(0, 300) || "no reason given");
}

function sshTarget(host: string): string {
    const url = new URL(host);
    return `${url.port ? `-p ${url.port} ` : ""}${url.username ? `${url.username}@` : ""}${url.hostname}`;
}
