// The class's room. It connects the scripts that room.py loads before it: this browser is in no room,
// or a person in one, or its teacher, or it only looks, as the projector's view does.

/** @param {Component<RoomTurn, RoomServer>} component */
function mountRoom({ element, props, watch, server, trigger }) {
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const say = (words) => (part("said").textContent = words);
  const projected = document.documentElement.dataset.view === "projector";
  let entered = ""; // code of the room that is drawn
  let number = 0; // of its question
  let shown = true;
  let drawn = 0; // counts the rounds that were drawn
  let heldKey = ""; // a teacher's key, as long as the page is open

  const connection = roomConnection(element, server, draw, lost, (silent) => {
    part("trouble").hidden = !silent;
    part("trouble").textContent = silent ? phrase("classroom.trying") : "";
  });
  const visitor = () => connection.visitor;
  const entrance = roomEntrance(part, open, join);
  const invitation = roomInvitation(part, server, say);
  const figures = roomFigures(part);
  const question = roomQuestion(part, projected, (wants) => {
    /** @type {RoomPress} */
    const press = { code: entered, wants };
    say("");
    trigger("submit", press);
  });
  const texts = roomTexts(part("texts"), pick);
  const desk = roomDesk(part, server, visitor, say, connection.look);

  // ---- into a room and out of it ----

  async function open() {
    const { code, teacher, error } = await answerOf(server.open_room, {});
    say(error ?? "");
    if (error) return;
    roomSecrets.keep(code, teacher);
    visit(code, "", teacher);
  }

  async function join(typed) {
    const token = charlstmOwner.token();
    const { code, error } = await answerOf(server.join, { code: typed, token });
    say(error ?? "");
    if (!error) visit(code, token, heldKey || roomSecrets.of(code));
    else if (!visitor()) entrance.show(true);
  }

  function visit(code, token, teacher) {
    entrance.show(false);
    if (!projected) charlstmLink.set({ room: code });
    connection.visit({ code, token, teacher });
  }

  function leave() {
    connection.visit(null);
    entered = "";
    forget();
    part("room").hidden = true;
    entrance.show(!projected);
  }

  function lost(error) {
    leave();
    say(error);
    if (!projected) charlstmLink.set({ room: null });
  }

  function forget() {
    question.forget();
    texts.forget();
    number = 0;
  }

  // ---- a room's state ----

  /** @param {RoomView} room */
  function draw(room) {
    if (room.code !== entered || room.number !== number) forget();
    const turned = room.number !== number || room.shown !== shown;
    [entered, number, shown] = [room.code, room.number, room.shown];
    part("looking").hidden = true;
    part("room").hidden = false;
    part("room").classList.toggle("asks-nothing", !room.question);
    drawName(room);
    question.draw(room);
    figures.draw(room);
    invitation.draw(room).then(() => projected && fit());
    desk.draw(room);
    if (turned && room.name && room.question?.kind === "blind") readRound();
  }

  // Makes the type of the projector's view smaller until all of it is visible.
  function fit() {
    const { style } = part("room");
    const page = document.documentElement;
    for (let size = 1; size > 0.5; size -= 0.04) {
      style.setProperty("--size", String(size));
      if (page.scrollHeight <= innerHeight) return;
    }
  }

  /** @param {RoomView} room */
  function drawName({ name, teacher }) {
    const who = part("who");
    who.replaceChildren();
    if (name) {
      who.append(phrase("classroom.me.you"));
      make("b", "", who, name);
      if (teacher) who.append(phrase("classroom.me.and_teacher"));
    } else who.append(teacher ? phrase("classroom.me.teacher") : phrase("classroom.me.looks"));
    takePart.hidden = Boolean(name);
    rename.hidden = !name;
  }

  // A round that was dealt or answered meanwhile is newer than the answer.
  async function readRound() {
    const [mine, before] = [entered, drawn];
    const { round, error } = await answerOf(server.latest_round, {
      code: entered,
      token: charlstmOwner.token(),
    });
    if (mine === entered && before === drawn && !error) drawRound(round ?? null);
  }

  /** @param {RoomRound | null} round */
  function drawRound(round) {
    drawn += 1;
    texts.draw(round);
    question.round(round !== null && round.place === undefined);
  }

  async function pick(round, place) {
    const token = charlstmOwner.token();
    const answer = await answerOf(server.pick_text, { code: entered, token, number: round, place });
    say(answer.error ?? "");
    if (answer.error) readRound();
    else drawRound(answer);
    connection.look();
  }

  function turned() {
    const turn = props.value;
    question.turn(turn);
    if (turn.phase === "dealt" && turn.round) drawRound(turn.round);
    if (turn.phase !== "asking" && turn.phase !== "waiting") connection.look();
  }

  // ---- the person ----

  const tools = part("me-tools");
  const takePart = pressable(phrase("classroom.me.take_part"), "", tools, () => join(entered));
  const rename = pressable(phrase("classroom.me.rename"), "", tools, () => renaming(true));
  pressable(phrase("classroom.me.leave"), "", tools, () => {
    charlstmLink.set({ room: null });
    say("");
    leave();
  });

  function renaming(on) {
    part("rename-form").hidden = !on;
    part("me-tools").hidden = on;
    if (on) {
      part("rename-box").value = part("who").querySelector("b")?.textContent ?? "";
      part("rename-box").select();
    }
  }

  part("rename-back").addEventListener("click", () => renaming(false));
  part("rename-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { error } = await answerOf(server.rename, {
      code: entered,
      token: charlstmOwner.token(),
      name: part("rename-box").value,
    });
    say(error ?? "");
    if (!error) renaming(false);
    connection.look();
  });

  part("key-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const box = part("key-word");
    const now = { ...visitor(), teacher: box.value };
    box.value = "";
    const { room, error } = await answerOf(server.look, { ...now, since: 0 });
    if (error || !room?.teacher) return say(error ?? phrase("classroom.me.wrong_key"));
    say("");
    heldKey = now.teacher;
    connection.visit(now);
  });

  // ---- start ----

  async function arrive(code) {
    if (!code) return entrance.show(!projected);
    part("looking").hidden = false;
    const secret = roomSecrets.of(code.toUpperCase());
    if (projected) visit(code, "", ""); // never as the teacher: it would show hidden answers
    else if (secret) visit(code.toUpperCase(), charlstmOwner.token(), secret);
    else await join(code);
    part("looking").hidden = Boolean(part("said").textContent);
  }

  watch("value", turned);
  if (projected) addEventListener("resize", fit);
  arrive(new URLSearchParams(location.search).get("room"));
}
