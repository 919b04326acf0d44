import { expect } from "chai";
import { parse } from "yaml";
import type { AllowlistNow, Producer } from "../../../cli/access/access";
import { toStackConfig } from "../../../cli/access/grants";

const producer = (list: Partial<AllowlistNow>): Producer => ({
    id: 1,
    path: "tools/scanner",
    visibility: "private",
    registry: "enabled",
    list: { enabled: true, projects: [], groups: [], policies: {}, ...list },
});
const needs = [
    {
        consumer: "apps/etl",
        producer: "tools/scanner",
        references: [{ kind: "image" as const, where: "job build", text: "x", candidates: [], unknown: [] }],
    },
];
const configFor = (list: Partial<AllowlistNow>) =>
    toStackConfig({ needs, unresolved: [], producers: [producer(list)], scanned: ["apps/etl"] });

describe("toStackConfig", () => {
    it("says that a list is off now, so that nobody is cut off unawares, and names whose jobs the log knows", () => {
        const text = configFor({ enabled: false, lastUsed: { "Apps/ETL": 1, "shop/web": 2 } });
        expect(text).to.include("# its list is off, so every project's jobs get in now; with this, only these will\n");
        expect(text).to.include("# got in before and was not scanned: shop/web\n");
        expect(parse(text)).to.deep.equal({
            config: { "gitlab-fleet:registries": { "tools/scanner": { consumers: { projects: ["apps/etl"] } } } },
        });
    });

    it("says nothing of the kind about a list that is on", () => {
        expect(configFor({ lastUsed: { "shop/web": 2 } }))
            .to.not.include("got in before")
            .and.not.include("is off");
    });
});
