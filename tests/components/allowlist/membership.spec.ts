import { expect } from "chai";
import { explainGap } from "../../../components/allowlist/registry-access";

describe("what is said of people who may not pull", () => {
    const WHY = "A private image is pulled by the right of the person who started the pipeline.";

    it("names a group, its people and both ways out", () => {
        expect(explainGap("containers/poetry", { group: "apps", missing: ["dev"], people: 2 })).to.equal(
            `1 of the 2 people who start pipelines in group apps has no role in containers/poetry, so their jobs may not pull: dev. ${WHY} ` +
                "Add grantMembership: { group: apps }, or make them members of containers/poetry.",
        );
    });

    it("names the people of one project, and tells bots from others", () => {
        const bots =
            "A bot belongs to one access token: let a person, or the bot of a group that has access, start those pipelines.";
        const ofProject = (missing: string[]) =>
            explainGap("containers/poetry", { project: "apps/etl", missing, people: 2 });
        expect(ofProject(["ext", "project_9_bot_x"])).to.equal(
            "none of the 2 people who are members of project apps/etl itself has a role in containers/poetry, so their jobs may not pull: ext, project_9_bot_x. " +
                `${WHY} Make them members of containers/poetry. ${bots}`,
        );
        expect(ofProject(["project_9_bot_x"])).to.match(/started the pipeline\. A bot belongs to one access token/);
    });
});
