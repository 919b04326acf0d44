import type { FunctionHandler } from "../handler";
export const getProject: FunctionHandler = {
    secrets: [],
    async invoke() {
        throw new Error("not yet");
    },
};
