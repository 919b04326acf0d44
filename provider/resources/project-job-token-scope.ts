import { userRunner } from "./user-runner";
export const projectJobTokenScope = userRunner;
