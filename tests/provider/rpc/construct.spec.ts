import * as grpc from "@grpc/grpc-js";
import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { components } from "../../../construct/schema";
import type { Construct, ConstructRequest } from "../../../core/construct";
import { packages } from "../../../provider/packages";
import { type Serving, serve } from "../../../provider/rpc/server";

describe("the plugin, asked for a component", () => {
    let serving: Serving;
    let client: ResourceProviderClient;
    let loads: number;
    let asked: ConstructRequest[];
    let answer: Construct;

    async function start(name = "gitlab-fleet", hasComponents = true) {
        const loadConstruct = (): Construct => {
            loads++;
            return (request) => {
                asked.push(request);
                return answer(request);
            };
        };
        serving = await serve(packages[name]!, {
            engineAddress: "127.0.0.1:1",
            env: {},
            ...(hasComponents ? { loadConstruct, loadComponents: () => components } : {}),
        });
        client = new ResourceProviderClient(`127.0.0.1:${serving.port}`, grpc.credentials.createInsecure());
    }
    const send = (request: pb.ConstructRequest) =>
        new Promise<pb.ConstructResponse>((resolve, reject) =>
            client.construct(request, (error, response) => (error ? reject(error) : resolve(response!))),
        );
    const request = () => {
        const one = new pb.ConstructRequest();
        one.setType("gitlab-fleet:index:Runner");
        one.setName("ci");
        one.setMonitorendpoint("127.0.0.1:2");
        one.setInputs(Struct.fromJavaScript({ tags: ["a"] }));
        one.getConfigMap().set("gitlab:baseUrl", "https://gitlab.example.org/");
        return one;
    };

    beforeEach(() => {
        loads = 0;
        asked = [];
        answer = async () => ({ urn: "urn:ci", state: { runnerId: 7 }, dependencies: { runnerId: ["urn:record"] } });
    });
    afterEach(async () => {
        client.close();
        await serving.close();
    });

    it("loads what declares components for the first of them, and not before: a TypeScript program asks for none", async () => {
        await start();
        await new Promise((resolve) => client.configure(new pb.ConfigureRequest(), resolve));
        await new Promise((resolve) => client.getSchema(new pb.GetSchemaRequest(), resolve));
        expect(loads).to.equal(0);
        await send(request());
        await send(request());
        expect(loads).to.equal(1);
    });

    it("hands over what the engine says, and answers with what was declared", async () => {
        await start();
        const given = request();
        const alias = new Alias();
        const spec = new Alias.Spec();
        spec.setName("old");
        spec.setNoparent(true);
        alias.setSpec(spec);
        given.addAliases(alias);
        const response = await send(given);
        expect(asked[0]).to.deep.include({
            type: "gitlab-fleet:index:Runner",
            name: "ci",
            monitor: "127.0.0.1:2",
            engine: "127.0.0.1:1",
            config: { "gitlab:baseUrl": "https://gitlab.example.org/" },
            inputs: { tags: ["a"] },
        });
        expect(asked[0]!.options.aliases).to.deep.equal([{ name: "old", parent: undefined }]);
        expect(response.getUrn()).to.equal("urn:ci");
        expect(response.getState()!.toJavaScript()).to.deep.equal({ runnerId: 7 });
        expect(response.getStatedependenciesMap().get("runnerId")!.getUrnsList()).to.deep.equal(["urn:record"]);
    });

    it("fails with the component's words alone", async () => {
        await start();
        answer = () => Promise.reject(new Error('Runner "ci": tags must be a list (got "a"). Write [a, b].'));
        const error = await send(request()).catch((failure: grpc.ServiceError) => failure);
        expect((error as grpc.ServiceError).details).to.equal(
            'Runner "ci": tags must be a list (got "a"). Write [a, b].',
        );
    });

    it("has none in package gitlab", async () => {
        await start("gitlab", false);
        const error = await send(request()).catch((failure: grpc.ServiceError) => failure);
        expect((error as grpc.ServiceError).details).to.equal("Package gitlab has no components.");
    });

    it("tells other languages of the components beside the resources", async () => {
        await start();
        const text = await new Promise<string>((resolve) =>
            client.getSchema(new pb.GetSchemaRequest(), (_, response) => resolve(response!.getSchema())),
        );
        const { resources, types } = JSON.parse(text);
        expect(resources["gitlab-fleet:index:Runner"]).to.include({ isComponent: true });
        expect(resources["gitlab-fleet:index:Runner"].properties.token).to.include({ secret: true });
        expect(resources).to.have.property("gitlab-fleet:index:ManagerFiles");
        expect(types).to.include.keys("gitlab-fleet:index:Placement", "gitlab-fleet:index:ManagerSettings");
    });
});
