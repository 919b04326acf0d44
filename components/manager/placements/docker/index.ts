export type { DockerOptions, DockerPlacement, DockerTransforms, Replacement } from "./args";
export { findDockerProblems } from "./problems";
export { findDockerMisfits } from "./rules";
export { traitsOf } from "./traits";
