import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { findKubernetesMisfits } from "../../../../../components/manager/placements/kubernetes/rules";
import { around, PATHS } from "../around";

const JOBS = { executor: "kubernetes", kubernetes: { namespace: "jobs" } };

function misfits(options: object, { config = JOBS as unknown, global = {} as unknown, name = "ci-01" } = {}): string[] {
    const input = around({
        name,
        placement: { kubernetes: { namespace: "ci", ...options } },
        global: { concurrent: 1, ...(global as object) },
        workers: [{ runner: "ci", config }],
    });
    return findKubernetesMisfits(input, PATHS).map(({ path, message }) => `${path} ${message}`);
}

describe("findKubernetesMisfits", () => {
    it("finds nothing wrong with jobs that run in a namespace of their own", () => {
        expect(misfits({})).to.deep.equal([]);
        expect(misfits({ metrics: true, serviceMonitor: {} }, { global: { listen_address: ":9252" } })).to.deep.equal(
            [],
        );
    });

    it("asks for a name where the manager's does not fit an object", () => {
        expect(misfits({}, { name: "CI 01" })[0]).to.contain("placement.kubernetes.name is missing");
        expect(misfits({ name: "ci-01" }, { name: "CI 01" })).to.deep.equal([]);
    });

    it("refuses metrics that nobody beyond the pod could reach", () => {
        const text = "needs a listen_address that answers beyond the pod";
        expect(misfits({ metrics: true })[0]).to.contain(`placement.kubernetes.metrics ${text} (got nothing)`);
        const local = { global: { listen_address: "127.0.0.1:9252" } };
        expect(misfits({ serviceMonitor: {} }, local)[0]).to.contain(`placement.kubernetes.serviceMonitor ${text}`);
        expect(misfits({ metrics: false })).to.deep.equal([]);
    });

    it("refuses the docker executor without an engine of its own, and warns of jobs in the manager's pod", () => {
        const docker = { executor: "docker", docker: { image: "a:1" } };
        expect(misfits({}, { config: docker })[0]).to.contain(
            "workers[0].docker.host must name an engine (got nothing)",
        );
        const remote = { executor: "docker", docker: { image: "a:1", host: "tcp://d:2376" } };
        expect(misfits({}, { config: remote })).to.deep.equal([]);
        expect(misfits({}, { config: { executor: "shell" } })[0]).to.contain("jobs-in-manager-pod");
    });

    it("refuses what needs rights in the whole cluster, unless a ServiceAccount that has them is named", () => {
        const config = { ...JOBS, kubernetes: { namespace: "jobs", namespace_per_job: true } };
        const [found] = misfits({}, { config });
        expect(found).to.contain(
            "workers[0].kubernetes.namespace_per_job needs rights in the whole cluster (got true)",
        );
        expect(misfits({ serviceAccount: "ci" }, { config })).to.deep.equal([]);
    });

    it("warns of jobs in the namespace called default, and refuses namespaces for jobs that are not there", () => {
        expect(misfits({}, { config: { executor: "kubernetes", kubernetes: {} } })[0]).to.contain(
            "workers[0].kubernetes.namespace is missing, so jobs run in namespace default",
        );
        const remote = { executor: "kubernetes", kubernetes: { host: "https://10.0.0.1" } };
        expect(misfits({ jobNamespaces: ["b"] }, { config: remote })[0]).to.contain("jobNamespaces is for workers");
        expect(misfits({ jobNamespaces: ["b"], serviceAccount: "ci" })[0]).to.contain(
            "cannot stand beside serviceAccount",
        );
    });

    it("needs what decides about pod and rights to be plain values, and no others", () => {
        const later = pulumi.output("x");
        const section = { ...JOBS.kubernetes, namespace: later, cpu_limit: later };
        expect(misfits({}, { config: { ...JOBS, kubernetes: section } })).to.deep.equal([
            "workers[0].kubernetes.namespace must be known before up, as it decides what the manager may do in the cluster (got an output). Write it as a plain value.",
        ]);
        expect(misfits({}, { global: { listen_address: later } })[0]).to.contain("how the pod is made");
        expect(misfits({}, { config: { ...JOBS, environment: ["A=1", later] } })).to.deep.equal([]);
    });

    it("refuses a namespace of jobs that a variable names, as a Role stands in one that is known, unless a ServiceAccount is named", () => {
        const config = { ...JOBS, kubernetes: { namespace: "$CI_NS" } };
        expect(misfits({}, { config })[0]).to.contain(
            'workers[0].kubernetes.namespace is not the name of a namespace (got "$CI_NS"), so the manager gets no rights there.',
        );
        expect(misfits({ serviceAccount: "ci" }, { config })).to.deep.equal([]);
    });

    it("refuses an address of the process without a port that there is", () => {
        for (const address of [":99999", ":0", "9252"]) {
            expect(misfits({}, { global: { listen_address: address } })[0]).to.contain(
                `config.listen_address must end with a colon and a port from 1 to 65535, such as ":9252" (got "${address}").`,
            );
        }
        expect(misfits({}, { global: { listen_address: "[::]:9252" } })).to.deep.equal([]);
    });

    it("refuses what does not go into a Secret", () => {
        const long = "x".repeat(600_000);
        const config = { ...JOBS, pre_build_script: long, post_build_script: long };
        expect(misfits({}, { config })[0]).to.match(
            /^config makes a Secret that Kubernetes does not take: config.toml has 1,2\d\d,\d{3} bytes, and a Secret at most 1,048,576/,
        );
        expect(misfits({ certificates: { "a.test": long, "b.test": long } })[0]).to.contain(
            "kubernetes.certificates makes",
        );
    });

    it("never throws, whatever it is given", () => {
        fc.assert(
            fc.property(fc.anything(), fc.anything(), fc.anything(), (kubernetes, global, config) => {
                const workers = [{ runner: "ci", config }];
                const input = around({ name: "m", placement: { kubernetes }, global, workers });
                expect(findKubernetesMisfits(input, PATHS)).to.be.an("array");
            }),
        );
    });
});
