// The exports of `gitlab-fleet`: the components, and the conversion of a stack's configuration to a fleet.
import "./set-up";

export * from "../components";
export { readStackConfig } from "../components/fleet/config";
