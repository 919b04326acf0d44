import { newBudget } from "../shell/shell-run";

/** Commands and scripts of texts that are followed, or looked for. */
const MOST = 500;

/** A command that a text gives, and the file of the text; empty for the job's own. */
interface Asked {
    file: string;
    text: string;
}

/** What texts that are not parsed give to run: each once, one after the other, and not without end. */
export class Followed {
    /** What all of it may do. */
    readonly budget = newBudget();
    private readonly commands = new Set<string>();
    private readonly waiting: Asked[] = [];
    private readonly texts = new Map<string, string>();
    private isRunning = false;

    /** Whether a text was not read yet, under all that it is read by. */
    isNew(key: string, text: string): boolean {
        const known = this.texts.get(key) === text;
        this.texts.set(key, text);
        return !known;
    }

    get isFull(): boolean {
        return this.commands.size >= MOST;
    }

    /** Whether a command is asked for the first time. */
    note(command: string): boolean {
        const { size } = this.commands;
        return this.commands.add(command).size > size;
    }

    add(asked: Asked): void {
        this.waiting.push(asked);
    }

    /** Runs all that waits. What is asked for meanwhile waits, too: a text that names a text which names another must not go ever deeper. */
    run(how: (asked: Asked) => void): void {
        if (this.isRunning) return;
        this.isRunning = true;
        for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) how(next);
        this.isRunning = false;
    }
}
