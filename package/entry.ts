// What `import … from "gitlab-fleet"` gives: the components, and how a stack's configuration becomes a fleet.
import "./set-up";

export * from "../components";
export { readStackConfig } from "../components/fleet/config";
