import type { FunctionHandler } from "../handler";
export const getGroup: FunctionHandler = {
    secrets: [],
    async invoke() {
        throw new Error("not yet");
    },
};
