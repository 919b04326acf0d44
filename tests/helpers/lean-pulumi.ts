// Programs run with Pulumi's runtime as this repository's own does: without V8's debugger, which has every promise of the
// process followed, and without what serializes functions. tests/integration/lean-runtime.spec.ts has the difference.
import "../../lean-runtime";
