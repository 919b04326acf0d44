import { userRunner } from "./user-runner";
export const projectShareGroup = userRunner;
