import { Io } from "../../cli/io";
import { run } from "../../cli/main";

/** What one run of the command left behind. */
export interface Ran {
    code: number;
    out: string;
    err: string;
}

/** Runs the command in this process; standard output is no terminal unless told so. */
export async function runCli(
    argv: readonly string[],
    options: { env?: NodeJS.ProcessEnv; terminal?: boolean; input?: string; now?: number } = {},
): Promise<Ran> {
    const out: string[] = [];
    const err: string[] = [];
    const sink = (texts: string[]) => ({
        write: (text: string) => texts.push(text),
        isTTY: options.terminal ?? false,
        columns: 100,
    });
    const io = new Io({
        stdout: sink(out),
        stderr: sink(err),
        env: options.env ?? {},
        readInput: async () => options.input ?? "",
        ...(options.now === undefined ? {} : { now: () => options.now! }),
    });
    const code = await run(argv, io);
    return { code, out: out.join(""), err: err.join("") };
}
