import { expect } from "chai";
import { gatewayOf } from "../../dev/scripts/docker";

/** What the docker client prints of the bridge. */
const engine =
    (...pools: object[]) =>
    async () =>
        JSON.stringify([{ Name: "bridge", IPAM: { Config: pools } }]);

describe("the address of an engine's bridge", () => {
    it("is the one that the engine names", async () => {
        expect(await gatewayOf(engine({ Subnet: "172.17.0.0/16", Gateway: "172.17.0.9" }))).to.equal("172.17.0.9");
    });

    it("is the subnet's first on an engine that has just made its bridge, and names none", async () => {
        expect(await gatewayOf(engine({ Subnet: "172.17.0.0/16" }))).to.equal("172.17.0.1");
        expect(await gatewayOf(engine({ Subnet: "10.1.2.128/25", Gateway: "" }))).to.equal("10.1.2.129");
    });

    it("is of version 4", async () => {
        const v6 = { Subnet: "fd00:1::/64", Gateway: "fd00:1::1" };
        expect(await gatewayOf(engine(v6, { Subnet: "172.17.0.0/16" }))).to.equal("172.17.0.1");
    });
});
