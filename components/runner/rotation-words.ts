/** Why a second manager cannot serve a runner whose process rotates. */
export const NEEDS_ONE =
    'only the process that rotates knows the new token. Use rotation: "pulumi", or a runner for each manager.';
