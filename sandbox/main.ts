import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type SandboxOptions, startSandbox } from "./server";
import { RELEASES } from "./store/entities";

const HELP = `Starts a GitLab sandbox and prints one JSON line {"url", "tokens"} when it is ready.

  npm run sandbox -- [options]

  --port N              port on 127.0.0.1 (default: any free one)
  --host ADDRESS        address to listen on (default: 127.0.0.1)
  --external-url URL    what GitLab believes its address to be
  --seed FILE           YAML file with users, groups, projects, tokens, runners
  --gitlab-version N    17, 18.0, 18 or 19 (default: the seed's, else 19)
  --latency MS          pause before each answer
  --clock-start DATE    freezes the clock there; same date, same bytes
  --random-seed N       where made-up tokens come from (default: 1)
  --registry-key FILE   PEM key that signs registry tokens; written when missing
  --registry-jwks FILE  writes what a container registry has to trust
  --for SECONDS         ends by itself after that time
  --exit-with-stdin     ends when standard input does
  --help                this text

Ends on SIGTERM and SIGINT. Its own switches are below <url>/-/sandbox: docs/sandbox.md.
`;

const { values } = parseArgs({
    options: {
        port: { type: "string" },
        host: { type: "string" },
        "external-url": { type: "string" },
        seed: { type: "string" },
        "gitlab-version": { type: "string" },
        latency: { type: "string" },
        "clock-start": { type: "string" },
        "random-seed": { type: "string" },
        "registry-key": { type: "string" },
        "registry-jwks": { type: "string" },
        for: { type: "string" },
        "exit-with-stdin": { type: "boolean" },
        help: { type: "boolean" },
    },
});

async function main(): Promise<void> {
    if (values.help) {
        process.stdout.write(HELP);
        return;
    }
    const sandbox = await startSandbox(options());
    const jwks = values["registry-jwks"];
    if (jwks !== undefined) writeFileSync(jwks, JSON.stringify(sandbox.registryKey.jwks()));
    const end = async (): Promise<void> => {
        await sandbox.close();
        process.exit(0);
    };
    process.on("SIGTERM", end);
    process.on("SIGINT", end);
    if (values["exit-with-stdin"]) process.stdin.on("end", end).on("close", end).resume();
    if (values.for !== undefined) setTimeout(end, whole("for", values.for)! * 1000);
    process.stdout.write(`${JSON.stringify({ url: sandbox.url, tokens: sandbox.tokens })}\n`);
}

function options(): SandboxOptions {
    const wanted = values["gitlab-version"];
    const version = RELEASES.find((one) => String(one) === wanted);
    if (wanted !== undefined && version === undefined)
        throw new Error(`--gitlab-version must be one of ${RELEASES.join(", ")} (got "${wanted}")`);
    const start = values["clock-start"];
    if (start !== undefined && Number.isNaN(Date.parse(start)))
        throw new Error(`--clock-start is no date (got "${start}")`);
    const given: SandboxOptions = {
        port: whole("port", values.port),
        host: values.host,
        externalUrl: values["external-url"],
        seed: values.seed,
        version,
        latencyMs: whole("latency", values.latency),
        clockStart: start === undefined ? undefined : new Date(start),
        registryKeyFile: values["registry-key"],
        randomSeed: whole("random-seed", values["random-seed"]),
    };
    return given;
}

function whole(name: string, text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number (got "${text}")`);
    return value;
}

main().catch((error: Error) => {
    process.stderr.write(`sandbox: ${error.message}\n`);
    process.exit(1);
});
