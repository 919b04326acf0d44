/** Members of projects and groups. https://docs.gitlab.com/api/members/ */
import { groupFor, projectFor } from "../access";
import type { Api, Call } from "../http/api";
import { messageError, notFound } from "../http/errors";
import { p } from "../http/params";
import { day, presentUserBasic, time } from "../present/common";
import type { Member, MemberSource } from "../store/entities";
import type { Role } from "../store/factory";
import { addMember } from "../store/factory";
import type { Store } from "../store/store";

const level = p.integer().required();
const LEVELS = [5, 10, 15, 20, 30, 40, 50];

export function memberRoutes(api: Api): void {
    routesOf(api, "projects", "project", (call, role) => projectFor(call, role).id);
    routesOf(api, "groups", "group", (call, role) => groupFor(call, role).id);
}

function routesOf(
    api: Api,
    prefix: "projects" | "groups",
    type: MemberSource,
    source: (call: Call, role?: Role) => number,
): void {
    const base = `/${prefix}/:id/members`;

    api.get(base, {}, (call) => list(call, call.db.members.find("source", `${type}:${source(call)}`)));

    api.get(`${base}/all`, {}, (call) => list(call, effectiveMembers(call.db, type, source(call))));

    const user_id = p.integer().required();
    api.get(`${base}/:user_id`, { params: { user_id } }, (call) => {
        return present(call.db, own(call, type, source(call)));
    });

    api.post(base, { params: { user_id, access_level: level } }, (call) => {
        const { db, params } = call;
        const id = source(call, type === "group" ? "owner" : "maintainer");
        checkLevel(params.access_level);
        if (!db.users.get(params.user_id)) throw notFound("User");
        if (db.members.first("pair", `${params.user_id}:${type}:${id}`))
            throw messageError(409, "Member already exists");
        return present(db, addMember(db, params.user_id, type, id, params.access_level));
    });
}

/**
 * Everybody with a role there, including inherited roles and those through invited groups; each person with the highest
 * role.
 */
function effectiveMembers(db: Store, type: MemberSource, id: number): Member[] {
    const groupId = type === "group" ? id : db.projects.must(id).groupId;
    const own = type === "project" ? db.members.find("source", `project:${id}`) : [];
    const inherited = db.lineage(groupId).flatMap((group) => db.members.find("source", `group:${group.id}`));
    const invited = (type === "project" ? db.projectShares.find("project", id) : []).flatMap((share) =>
        db
            .lineage(share.groupId)
            .flatMap((group) => db.members.find("source", `group:${group.id}`))
            .map((member) => ({ ...member, accessLevel: Math.min(member.accessLevel, share.accessLevel) })),
    );
    const best = new Map<number, Member>();
    for (const member of [...own, ...inherited, ...invited]) {
        if (member.expiresAt !== null && member.expiresAt <= db.now()) continue;
        const known = best.get(member.userId);
        if (!known || known.accessLevel < member.accessLevel) best.set(member.userId, member);
    }
    return [...best.values()].sort((a, b) => a.userId - b.userId);
}

function list(call: Call, members: Member[]): unknown[] {
    const query = typeof call.raw.query === "string" ? call.raw.query.toLowerCase() : "";
    const found = members.filter(({ userId }) => call.db.users.must(userId).username.includes(query));
    return call.page(found, (member) => present(call.db, member));
}

function own(call: Call, type: MemberSource, id: number): Member {
    const member = call.db.members.first("pair", `${call.path("user_id")}:${type}:${id}`);
    if (!member) throw notFound("Member");
    return member;
}

function checkLevel(value: number): void {
    if (!LEVELS.includes(value)) throw messageError(400, { access_level: ["is not included in the list"] });
}

function present(db: Store, member: Member): Record<string, unknown> {
    return {
        ...presentUserBasic(db, db.users.must(member.userId)),
        access_level: member.accessLevel,
        created_at: time(member.createdAt),
        expires_at: day(member.expiresAt),
        membership_state: "active",
    };
}
