import type { BadInput } from "./bad-input";
import { EXECUTOR_MISTAKES } from "./executors";
import { RULE_MISTAKES } from "./identity-and-loading";
import { KEY_MISTAKES } from "./keys";
import { VALUE_MISTAKES } from "./values";

/** Every kind of mistake that the check knows. */
export const BAD_INPUTS: readonly BadInput[] = [
    ...KEY_MISTAKES,
    ...VALUE_MISTAKES,
    ...EXECUTOR_MISTAKES,
    ...RULE_MISTAKES,
];
