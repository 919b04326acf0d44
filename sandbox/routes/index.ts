import { Api } from "../http/api";
import { ciLintRoutes } from "./ci-lint";
import { groupRoutes } from "./groups";
import { instanceRoutes } from "./instance";
import { issueRoutes } from "./issues";
import { jobArtifactRoutes } from "./job-artifacts";
import { jobRequestRoutes } from "./job-requests";
import { jobTokenScopeRoutes } from "./job-token-scope";
import { jobUpdateRoutes } from "./job-updates";
import { jobRoutes } from "./jobs";
import { memberRoutes } from "./members";
import { mergeRequestRoutes } from "./merge-requests";
import { namespaceRoutes } from "./namespaces";
import { projectRunnerRoutes } from "./project-runners";
import { projectShareRoutes } from "./project-shares";
import { projectRoutes } from "./projects";
import { repositoryRoutes } from "./repository";
import { runnerAgentRoutes } from "./runner-agents";
import { runnerJobRoutes } from "./runner-jobs";
import { runnerListRoutes } from "./runner-lists";
import { runnerRoutes } from "./runners";
import { userRunnerRoutes } from "./user-runners";
import { userRoutes } from "./users";

/** Every REST route under `/api/v4`. */
export const restApi = makeApi();

function makeApi(): Api {
    const api = new Api();
    instanceRoutes(api);
    userRunnerRoutes(api);
    runnerListRoutes(api);
    runnerRoutes(api);
    projectRunnerRoutes(api);
    runnerJobRoutes(api);
    runnerAgentRoutes(api);
    jobRequestRoutes(api);
    jobUpdateRoutes(api);
    jobArtifactRoutes(api);
    jobRoutes(api);
    jobTokenScopeRoutes(api);
    projectRoutes(api);
    projectShareRoutes(api);
    repositoryRoutes(api);
    ciLintRoutes(api);
    groupRoutes(api);
    namespaceRoutes(api);
    memberRoutes(api);
    userRoutes(api);
    mergeRequestRoutes(api);
    issueRoutes(api);
    return api;
}
