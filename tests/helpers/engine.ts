import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type PulumiResult, PulumiStack } from "../../dev/scripts/pulumi";
import { startSandbox } from "../../sandbox";

/** The real engine, our plugin and a sandbox, in a temporary folder. */
export interface Engine {
    sandbox: Awaited<ReturnType<typeof startSandbox>>;
    stack: PulumiStack;
    /** Deleted by `close`. */
    folder: string;
    /** `pulumi up --yes`, which must succeed. */
    up(): Promise<PulumiResult>;
    /** `pulumi preview --expect-no-changes`, which must succeed. */
    expectNoChanges(): Promise<PulumiResult>;
    /** Text of a file below the folder. */
    read(file: string): string;
    close(): Promise<void>;
}

/** Options of `startEngine`. */
export interface EngineOptions {
    /** The stack's config; the argument is the folder, for files in it. */
    config(folder: string): string;
    /** Seed file or value of the sandbox. @default - the demo's */
    seed?: Parameters<typeof startSandbox>[0] extends infer O ? (O extends { seed?: infer S } ? S : never) : never;
    /** An existing sandbox to use, which `close` does not stop. @default - a new one */
    gitlab?: Awaited<ReturnType<typeof startSandbox>>;
    /** Name of the seeded token that `pulumi` runs with. @default owner */
    token?: string;
    /** Additional environment variables. */
    env?: Record<string, string>;
    /** The Pulumi project's folder. @default - this repository */
    project?: string;
}

/** Starts a sandbox and creates an empty stack that is configured for it. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-"));
    const seed = options.seed ?? path.join(__dirname, "../../sandbox/seeds/demo.yaml");
    const sandbox = options.gitlab ?? (await startSandbox({ seed }));
    const stack = new PulumiStack({
        folder,
        stack: "test",
        project: options.project,
        config: options.config(folder),
        env: {
            GITLAB_BASE_URL: `${sandbox.url}/api/v4/`,
            GITLAB_TOKEN: sandbox.tokens[options.token ?? "owner"]!,
            ...options.env,
        },
    });
    await stack.init();
    const succeed = async (args: string[]): Promise<PulumiResult> => {
        const result = await stack.run(args);
        if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${result.code}:\n${result.output}`);
        return result;
    };
    return {
        sandbox,
        stack,
        folder,
        up: () => succeed(["up", "--yes", "--skip-preview"]),
        expectNoChanges: () => succeed(["preview", "--expect-no-changes"]),
        read: (file) => fs.readFileSync(path.join(folder, file), "utf8"),
        close: async () => {
            if (options.gitlab === undefined) await sandbox.close();
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
}
