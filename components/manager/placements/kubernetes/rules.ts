import type { Problem } from "../../../../core/problems";
import { findDrainProblems } from "../drain";
import type { AroundPaths, ManagerAround } from "../kind";

/** What of a manager does not fit its placement on Kubernetes. */
export function findKubernetesMisfits(input: ManagerAround, paths: AroundPaths): Problem[] {
    return findDrainProblems(input, paths.drainTimeout, "a new pod");
}
