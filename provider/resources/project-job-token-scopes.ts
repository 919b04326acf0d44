import { userRunner } from "./user-runner";
export const projectJobTokenScopes = userRunner;
