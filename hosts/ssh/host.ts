import { atMost } from "../../core/at-most";
import { oneLine } from "../../core/one-line";
import {
    type Answer,
    type Command,
    type FileToSee,
    type Host,
    type Operation,
    type Outcome,
    RUN_MS,
    type Sight,
} from "../host";
import { labelOf, type SshOptions } from "./address";
import { CONNECT_SECONDS, loginTo } from "./login";
import { explainEnding, HostProblem, unfit } from "./problems";
import {
    changeRequest,
    type Hello,
    lookRequest,
    Nonsense,
    readAnswers,
    readChange,
    readHello,
    readLook,
    runRequest,
} from "./requests";
import { type Line, Session, SessionEnded } from "./session";

/** How long a look may take, in milliseconds; the host's disk may be slow, but must answer. */
const LOOK_MS = 30_000;
/** How long a change may take, in milliseconds: a disk may first have to write everything it has cached. */
const CHANGE_MS = 120_000;
/** How long a login may take once connected, in milliseconds: starting a shell, sudo. */
const LOGIN_MS = 30_000;
/**
 * How long an idle session stays open, in milliseconds. After more time, something on the way may have dropped the
 * connection.
 */
const IDLE_MS = 60_000;
/** How long an unreachable host is not tried again, in milliseconds: several resources ask at once. */
const FAILED_MS = 5_000;
/** How often a file is read if it keeps changing during the read. */
const MOST_LOOKS = 3;

/**
 * Maximum number of concurrent logins. sshd begins to refuse at ten (MaxStartups), and all may go through one jump
 * host.
 */
const login = atMost(8);

interface Open {
    session: Session;
    hello: Hello;
}

/** Another machine, reached with the system's `ssh`. All requests of one run share a connection. */
export class SshHost implements Host {
    readonly remote = true;
    private readonly label: string;
    private open: Open | undefined;
    private failed: { problem: HostProblem; until: number } | undefined;
    private queue: Promise<unknown> = Promise.resolve();
    private idle: NodeJS.Timeout | undefined;

    constructor(private readonly options: SshOptions) {
        this.label = labelOf(options);
    }

    at(path: string): string {
        return `${this.label}:${path}`;
    }

    look(directory: string, files: readonly FileToSee[]): Promise<Sight> {
        return this.inTurn(async () => {
            for (let looks = 1; ; looks++) {
                try {
                    const { lines, hello } = await this.askAgain([lookRequest(directory, files)]);
                    return readLook(lines, hello, directory, files, (path) => this.at(path));
                } catch (error) {
                    if (!(error instanceof Nonsense) || looks === MOST_LOOKS) throw error;
                }
            }
        });
    }

    change(operations: readonly Operation[]): Promise<Outcome[]> {
        return this.inTurn(async () => {
            const { session } = await this.opened();
            const lines = await session.ask(changeRequest(operations), CHANGE_MS);
            // The shell has ended after a failure: input that it has not read yet must not be taken for requests.
            if (lines.some(([word]) => word === "fail")) this.drop();
            return readChange(lines, operations);
        }, "what was to be changed there may be changed, or not; no file is half-written. Run it again.");
    }

    run(commands: readonly Command[]): Promise<Answer[]> {
        return this.inTurn(async () => {
            const { session } = await this.opened();
            const most = commands.reduce((sum, { ms = RUN_MS }) => sum + ms, 0);
            return readAnswers(await session.ask([runRequest(commands)], most), commands);
        });
    }

    close(): void {
        this.drop();
        this.failed = undefined;
    }

    /** Tries once more if a connection that was already open turns out to be dead: a look changes nothing. */
    private async askAgain(parts: readonly string[]): Promise<{ lines: Line[]; hello: Hello }> {
        const wasOpen = this.open !== undefined;
        const ask = async () => {
            const { session, hello } = await this.opened();
            return { lines: await session.ask(parts, LOOK_MS), hello };
        };
        try {
            return await ask();
        } catch (error) {
            if (!wasOpen || !(error instanceof SessionEnded) || error.ending.late) throw error;
            this.drop();
            return ask();
        }
    }

    private async opened(): Promise<Open> {
        if (this.open !== undefined && this.open.session.ended === undefined) return this.open;
        this.open = undefined;
        if (this.failed !== undefined && this.failed.until > Date.now()) throw this.failed.problem;
        try {
            this.open = await login(() => this.connect());
            return this.open;
        } catch (error) {
            const problem = this.explain(error);
            if (problem instanceof HostProblem) this.failed = { problem, until: Date.now() + FAILED_MS };
            throw problem;
        }
    }

    private async connect(): Promise<Open> {
        const login = loginTo(this.options);
        const session = new Session("ssh", login.args);
        const seconds = this.options.connectTimeout ?? CONNECT_SECONDS;
        try {
            const hello = readHello(await session.start(seconds * 1000 + LOGIN_MS));
            const problem = unfit(this.label, hello.system, hello.missing);
            if (problem !== undefined) throw problem;
            return { session, hello };
        } catch (error) {
            session.close();
            throw error;
        } finally {
            login.forget();
        }
    }

    /** Handles one request after another; an unused session is closed. */
    private inTurn<T>(run: () => Promise<T>, after = ""): Promise<T> {
        const turn = this.queue.then(async () => {
            clearTimeout(this.idle);
            try {
                return await run();
            } catch (error) {
                if (error instanceof SessionEnded || error instanceof Nonsense) this.drop();
                throw this.explain(error, after);
            } finally {
                this.idle = setTimeout(() => this.drop(), IDLE_MS);
                this.idle.unref();
            }
        });
        this.queue = turn.catch(() => {});
        return turn;
    }

    private drop(): void {
        clearTimeout(this.idle);
        this.open?.session.close();
        this.open = undefined;
    }

    private explain(error: unknown, after = ""): unknown {
        if (error instanceof Nonsense) {
            return new HostProblem(
                this.label,
                `gave no answer that can be used: ${oneLine(error.message, 200)}. ${after}`.trim(),
            );
        }
        if (!(error instanceof SessionEnded)) return error;
        if (after === "") return explainEnding(this.label, error.ending, this.options);
        const how = error.ending.late ? "did not answer in time" : "is no longer reached: the connection was cut";
        return new HostProblem(this.label, `${how}; ${after}`);
    }
}
