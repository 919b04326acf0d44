import { expect } from "chai";
import { failing, onUnhandled } from "../../construct/failures";
import { rejection } from "../helpers/rejection";

/** A resource with another around it, as far as failures look at it. */
const resource = (parent?: object) => ({ __parentResource: parent }) as never;
const error = (message: string, of?: object) => Object.assign(new Error(message), { resource: of });
const never = <T>() => new Promise<T>(() => {});

describe("a component that is declared for another language", () => {
    it("fails with the words of what was thrown, and without a stack or the resource that hangs on it", async () => {
        const thrown = error('Runner "a": tags must be a list', resource());
        const failed = await rejection(failing('Runner "a"', () => Promise.reject(thrown)));
        expect(failed.message).to.equal('Runner "a": tags must be a list');
        expect(failed).to.not.have.property("resource");
    });

    it("fails with what fails in it and nobody waits for, and the others that are being declared do not", async () => {
        const [mine, other] = [resource(), resource()];
        const failed = rejection(
            failing("mine", (watch) => {
                watch(mine);
                return never();
            }),
        );
        let isOver = false;
        const others = failing("other", async (watch) => {
            watch(other);
            await never();
        })
            .catch(() => {})
            .finally(() => {
                isOver = true;
            });
        onUnhandled(error("wrong below", resource(mine)));
        expect((await failed).message).to.equal("wrong below");
        expect(isOver).to.equal(false);
        onUnhandled(error("end", other));
        await others;
    });

    it("has a mistake told once where several fail with it, and the others say where", async () => {
        const shared = error("GitLab has no group");
        const fail = (label: string) => rejection(failing(label, () => Promise.reject(shared)));
        expect((await fail('Runner "a"')).message).to.equal("GitLab has no group");
        expect((await fail('Runner "b"')).message).to.equal(
            'Runner "b": correct what is reported for Runner "a" first.',
        );
    });

    it("is told about what fails while its answer is on the way", async () => {
        const late = error("too late");
        const failed = rejection(
            failing("mine", async () => {
                setImmediate(() => onUnhandled(late));
                return "done";
            }),
        );
        expect((await failed).message).to.equal("too late");
    });
});
