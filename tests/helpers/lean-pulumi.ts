// Runs programs with Pulumi's runtime as this repository's own program does: without V8's debugger, which makes V8
// follow every promise, and without what serializes functions. tests/integration/lean-runtime.spec.ts shows the
// difference.
import "../../lean-runtime";
