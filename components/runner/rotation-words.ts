/** Why a second manager cannot serve a runner whose process rotates. */
export const NEEDS_ONE =
    'only the process that rotates knows the new token. Use rotation: "pulumi", or a runner for each manager.';

/** Why, in other languages than TypeScript, a runner and the manager of such a runner are declared together. */
export const NEEDS_FLEET =
    "outside of TypeScript the two only know each other where both are in one Fleet. Declare them there.";
