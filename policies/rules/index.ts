import { GITLAB_RULES } from "./gitlab";
import type { Rule } from "./rule";
import { WARNED_RULES } from "./warned";
import { WORKER_RULES } from "./workers";

/** Every policy. Adding one here adds it to the pack, its configuration and docs/policies.md. */
export const RULES: readonly Rule[] = [...WORKER_RULES, ...WARNED_RULES, ...GITLAB_RULES];
