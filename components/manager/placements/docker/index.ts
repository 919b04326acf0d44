export type { DockerOptions, DockerPlacement, DockerTransforms } from "./args";
export { findDockerProblems } from "./problems";
export { findDockerMisfits } from "./rules";
export { traitsOf } from "./traits";
