import { GITLAB_RULES } from "./gitlab";
import type { Rule } from "./rule";
import { WARNED_RULES } from "./warned";
import { WORKER_RULES } from "./workers";

/** Every policy. One that is added here is known to the pack, its configuration and docs/policies.md. */
export const RULES: readonly Rule[] = [...WORKER_RULES, ...WARNED_RULES, ...GITLAB_RULES];
