import { setImmediate, setTimeout } from "node:timers/promises";
import { keptFor } from "../core/kept-for";
import type { GitLab } from "./client";

/** Waits until everything that started together has been counted. */
export function gathered({ gather }: GitLab): Promise<void> {
    return gather === 0 ? setImmediate() : setTimeout(gather);
}

interface Waiting<Key, Answer> {
    key: Key;
    resolve(answer: Answer): void;
    reject(error: unknown): void;
}

/**
 * Combines lookups made at about the same time into shared requests. The engine asks about one resource at a time, but
 * about several at once.
 */
export function batched<Key, Answer>(
    size: number,
    ask: (gitlab: GitLab, keys: Key[]) => Promise<Answer[]>,
): (gitlab: GitLab, key: Key) => Promise<Answer> {
    const queueOf = keptFor<GitLab, Waiting<Key, Answer>[]>(() => []);
    const send = async (gitlab: GitLab, batch: Waiting<Key, Answer>[]) => {
        try {
            const answers = await ask(
                gitlab,
                batch.map(({ key }) => key),
            );
            for (const [i, { resolve }] of batch.entries()) resolve(answers[i]!);
        } catch (error) {
            for (const { reject } of batch) reject(error);
        }
    };
    return (gitlab, key) =>
        new Promise((resolve, reject) => {
            const queue = queueOf(gitlab);
            if (queue.push({ key, resolve, reject }) > 1) return;
            void gathered(gitlab).then(() => {
                while (queue.length > 0) void send(gitlab, queue.splice(0, size));
            });
        });
}
