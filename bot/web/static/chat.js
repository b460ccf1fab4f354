/* The chat page. Plain JavaScript for Chromium 80 and later and the WebView of an older phone: no framework, no build,
   nothing from another host, no look-behind, no ?. and ??.

   What was said lives in this browser (localStorage, one history a persona, the last 200) and nowhere else. Every entry
   has an id and a version; two tabs keep in step by merging: of two versions of an entry the higher one counts.
   A message keeps its id when it is sent again: the server answers a repeated id with the same reply.

     say → entry "sending" → POST → replies | "failed" (red mark, sent again on a tap)
     server-sent event → entries */
(function () {
  "use strict";

  var LAST = 200;
  var GAP = 5 * 60 * 1000;
  var LITTLE = 44; // px
  var MAX_TEXT = 2000;
  var MAX_PHOTO = 12 * 1024 * 1024;
  var LONG_SIDE = 2560;
  var ANSWER_WITHIN = 30000;
  var UPLOAD_WITHIN = 180000;
  var TAKE_UP_AGAIN = 2 * 60 * 1000;
  var PERSONAS = {
    worker: ["职工", "问补助、救助、培训"],
    inspector: ["群监员", "问隐患报告、奖励、工监站"],
    cadre: ["工会干部", "问走访、包扶、帮扶站"]
  };
  var EXAMPLES = ["孩子考上大学工会给钱吗", "得了大病能救助吗", "普惠卡是啥", "我想创业有扶持吗"];
  var OFFLINE = "网络不太好，这条没有发出去。点红色的叹号再发一次。";

  function $(id) { return document.getElementById(id); }
  var log = $("log"), text = $("text"), over = $("over"), chat = $("chat"), html = document.documentElement;

  /* ---------- small things ---------- */

  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      var value = attributes[key];
      if (value === null || value === undefined || value === false) return;
      if (key === "class") node.className = value;
      else if (key === "text") node.textContent = value;
      else if (key.slice(0, 2) === "on") node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : value);
    });
    [].concat(children || []).forEach(function (child) {
      if (child) node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
  }

  function icon(name, className) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", "#" + name);
    svg.appendChild(use);
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    if (className) svg.setAttribute("class", className);
    return svg;
  }

  function newId() {
    var bytes = new Uint8Array(9);
    crypto.getRandomValues(bytes);
    return "m" + Date.now().toString(36) + "-" + Array.prototype.map.call(bytes, function (b) {
      return ("0" + b.toString(16)).slice(-2);
    }).join("");
  }

  var store = {
    get: function (key) { try { return localStorage.getItem("niangjia." + key); } catch (e) { return null; } },
    set: function (key, value) { try { localStorage.setItem("niangjia." + key, value); return true; } catch (e) { return false; } }
  };

  function parsed(json) {
    try { return JSON.parse(json); } catch (e) { return null; }
  }

  var toastTimer = 0;
  function toast(words) {
    var box = $("toast");
    clearTimeout(toastTimer);
    box.textContent = words;
    box.hidden = false;
    toastTimer = setTimeout(function () { box.hidden = true; }, Math.max(2200, words.length * 150));
  }

  /* ---------- who, and the menu ---------- */

  var me = parsed(store.get("me")) || { persona: null, demo: false, menu: [] };

  function learn() {
    return fetch("/api/v1/me", { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error("me");
      return answer.json();
    }).then(become);
  }

  function become(who) {
    var changed = who.persona !== me.persona;
    var sameMenu = JSON.stringify(who.menu) === JSON.stringify(me.menu);
    me = who;
    store.set("me", JSON.stringify(me));
    if (changed) open();
    showPersona();
    if (!sameMenu || !menuShown) showMenu();
    return changed;
  }

  function showPersona() {
    var who = $("who"), people = $("people");
    who.hidden = people.hidden = !me.demo;
    if (!me.demo) return;
    who.textContent = PERSONAS[me.persona][0] + " ▾";
    who.setAttribute("aria-label", "演示身份：" + PERSONAS[me.persona][0] + "，换一个");
    var choose = $("choose"), focused = choose.contains(document.activeElement);
    choose.textContent = "";
    personaButtons(choose);
    if (focused) choose.querySelector('[aria-pressed="true"]').focus();
  }

  function personaButtons(box) {
    Object.keys(PERSONAS).forEach(function (name) {
      box.appendChild(el("button", {
        type: "button", "aria-pressed": String(name === me.persona), "data-persona": name,
        onclick: function () { bePersona(name); }
      }, [icon("a-" + name, "face"), el("span", {}, [el("b", { text: PERSONAS[name][0] }), el("span", { text: PERSONAS[name][1] })])]));
    });
  }

  function bePersona(name) {
    closeOver();
    if (name === me.persona) return;
    post("/api/v1/persona", { persona: name }).then(function (who) {
      become(who);
      store.set("persona", name); // the other tabs hear of it
      listen();
      toast("现在您是：" + PERSONAS[name][0]);
    }).catch(function (wrong) { toast(wrong.sentence || "身份没有换成，请再点一次。"); });
  }

  function post(address, body) {
    var stop = typeof AbortController === "function" ? new AbortController() : null;
    var timer = setTimeout(function () { if (stop) stop.abort(); }, ANSWER_WITHIN);
    return fetch(address, {
      method: "POST", credentials: "same-origin", cache: "no-store", signal: stop ? stop.signal : undefined,
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body)
    }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (data) {
        if (answer.ok) return data;
        throw refusal(answer.status, data);
      });
    }).finally(function () { clearTimeout(timer); });
  }

  function refusal(status, data) {
    var wrong = new Error("refused");
    wrong.status = status;
    wrong.sentence = data && typeof data.error === "string" ? data.error : "";
    return wrong;
  }

  /* ---------- history ---------- */

  var history = { cleared: 0, items: [] };
  var blobs = {}; // pictures of this page's life, by entry id: what can still be uploaded
  var fresh = true;

  function slot() { return "chat." + (me.persona || "me"); }

  function valid(data) {
    if (!data || !Array.isArray(data.items)) return { cleared: 0, items: [] };
    return {
      cleared: Number(data.cleared) || 0,
      items: data.items.filter(function (e) { return e && typeof e.id === "string" && typeof e.at === "number" && typeof e.text === "string"; })
    };
  }

  function merge(one, two) {
    var byId = {}, cleared = Math.max(one.cleared, two.cleared);
    one.items.concat(two.items).forEach(function (entry) {
      if (!byId[entry.id] || newer(entry, byId[entry.id])) byId[entry.id] = entry;
    });
    var items = Object.keys(byId).map(function (id) { return byId[id]; }).filter(function (e) { return e.at > cleared; });
    items.sort(function (a, b) { return a.at - b.at || (a.id < b.id ? -1 : 1); });
    return { cleared: cleared, items: items.slice(-LAST) };
  }

  /* the same verdict in every tab, else two of them would correct each other for ever */
  function newer(one, two) {
    if (one.v !== two.v) return one.v > two.v;
    if (one.at !== two.at) return one.at < two.at;
    return JSON.stringify(one) > JSON.stringify(two);
  }

  function keep() {
    history = merge(history, valid(parsed(store.get(slot()))));
    if (store.set(slot(), JSON.stringify(history))) return;
    // full: the oldest pictures go first, then the oldest words
    var half = Math.ceil(history.items.length / 2);
    history.items.slice(0, half).forEach(function (e) { if (e.thumb) { delete e.thumb; e.v++; } });
    if (!store.set(slot(), JSON.stringify(history))) store.set(slot(), JSON.stringify({ cleared: history.cleared, items: history.items.slice(half) }));
  }

  function find(id) {
    for (var i = history.items.length - 1; i >= 0; i--) if (history.items[i].id === id) return history.items[i];
    return null;
  }

  function now() {
    var last = history.items[history.items.length - 1];
    return Math.max(Date.now(), last ? last.at + 1 : 0, history.cleared + 1);
  }

  function put(entry) {
    entry.v = (entry.v || 0) + 1;
    var known = find(entry.id);
    if (known) history.items[history.items.indexOf(known)] = entry; else history.items.push(entry);
    keep();
    render();
  }

  function hear(replies, from) {
    if (!Array.isArray(replies)) return false;
    var at = now(), added = false;
    replies.forEach(function (part, i) {
      var id = from + "." + i;
      if (find(id) || !part) return;
      added = true;
      history.items.push({
        id: id, v: 1, at: at + i, who: "it", kind: part.kind === "image" ? "image" : "text", text: String(part.text || ""),
        media: typeof part.media === "string" ? part.media : undefined,
        choices: Array.isArray(part.choices) ? part.choices : undefined
      });
    });
    if (added) { keep(); render(from + ".0"); }
    return added;
  }

  function open() {
    fresh = true;
    nodes = {};
    log.textContent = "";
    log.setAttribute("aria-live", "off");
    history = merge({ cleared: 0, items: [] }, valid(parsed(store.get(slot()))));
    render();
    setTimeout(function () { log.setAttribute("aria-live", "polite"); }, 300);
    history.items.filter(function (e) { return e.state === "sending"; }).forEach(function (entry) {
      // left on its way by a page that was closed: the same id asks for the same answer
      if (Date.now() - entry.at < TAKE_UP_AGAIN && (entry.kind !== "image" || entry.media)) enqueue(entry.id);
      else { entry.state = "failed"; put(entry); }
    });
  }

  function clearAll() {
    ask({
      title: "清空聊天记录？", words: "只清这台设备上的聊天记录，清了找不回来。", yes: "清空", then: function () {
        history = { cleared: now(), items: [] };
        blobs = {};
        store.set(slot(), JSON.stringify(history));
        open();
        toast("已清空");
      }
    });
  }

  /* ---------- drawing ---------- */

  var nodes = {};
  var sticks = true; // who reads the end goes on reading the end, whatever grows or shrinks

  function fromEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight; }

  function render(lookAt) {
    var before = log.lastElementChild;
    var nearEnd = fromEnd() < 120;
    var wanted = [], last = 0, lastEntry = history.items[history.items.length - 1];
    wanted.push(node("welcome", 1, welcome));
    history.items.forEach(function (entry) {
      if (entry.at - last > GAP) wanted.push(node("time." + entry.id, entry.at + dayStamp(), function () { return el("p", { "class": "time", text: clockWords(entry.at) }); }));
      last = entry.at;
      wanted.push(node(entry.id, entry.v, function () { return draw(entry); }));
    });
    var offered = !lastEntry ? EXAMPLES.map(function (words) { return { label: words, says: words }; }) : lastEntry.who === "it" ? lastEntry.choices : null;
    if (offered && offered.length) wanted.push(node("chips." + (lastEntry ? lastEntry.id : "welcome"), 1, function () { return chips(offered); }));

    var stay = {};
    wanted.forEach(function (w) { stay[w.key] = true; });
    Object.keys(nodes).forEach(function (key) {
      if (stay[key]) return;
      if (nodes[key].el.parentNode) log.removeChild(nodes[key].el);
      delete nodes[key];
    });
    var place = log.firstChild;
    wanted.forEach(function (w) {
      if (w.el === place) place = place.nextSibling;
      else log.insertBefore(w.el, place);
    });

    var added = log.lastElementChild !== before;
    var mine = lastEntry && lastEntry.who === "me";
    if (fresh || nearEnd || (added && mine)) toEnd(lookAt);
    else if (added) hint("news");
    fresh = false;
  }

  function node(key, version, make) {
    var known = nodes[key];
    if (known && known.version === version) return known;
    var made = { key: key, version: version, el: make() };
    if (known && known.el.parentNode) log.replaceChild(made.el, known.el);
    else if (!fresh && key.slice(0, 5) !== "time.") made.el.classList.add("came");
    nodes[key] = made;
    return made;
  }

  /* to the end; an answer taller than the glass is shown from its beginning, under the question */
  function toEnd(lookAt) {
    var end = log.scrollHeight - log.clientHeight, first = lookAt && nodes[lookAt] && nodes[lookAt].el;
    if (first) {
      var asked = first.previousElementSibling;
      if (asked && asked.classList.contains("me") && asked.offsetHeight < 90) first = asked;
    }
    var top = first ? first.offsetTop - 10 : end;
    log.scrollTop = end - top < LITTLE ? end : top; // for a line or so the question rather loses its upper edge
    sticks = fromEnd() < 100;
    hint(first && !atEnd() ? "below" : "");
  }

  function atEnd() { return fromEnd() < 30; }

  /* the button at the lower edge: "news" came while somebody reads further up, or there is more "below" */
  function hint(kind) {
    var button = $("fresh");
    button.hidden = !kind;
    button.className = kind === "below" ? "fresh below" : "fresh";
    button.textContent = kind === "below" ? "" : "有新消息";
    if (kind === "below") button.setAttribute("aria-label", "下面还有，往下看"); else button.removeAttribute("aria-label");
  }

  function isBelow() { return $("fresh").classList.contains("below"); }

  /* nearly one glass further, so that the last line read is still there */
  function onward() {
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    log.scrollTo({ top: log.scrollTop + log.clientHeight - 60, behavior: calm ? "auto" : "smooth" });
  }

  function welcome() {
    return el("div", { "class": "said it" }, [icon("a-union", "face"), el("div", { "class": "body" }, [
      el("div", { "class": "bubble" }, [el("span", { "class": "aloud", text: "娘家人说：" }), el("span", {
        text: "您好，我是娘家人。\n工会的补助、救助、培训、创业、普惠卡，用平常话问我；我按文件答，不清楚的直说，再告诉您找谁问。\n比如您可以问："
      })])
    ])]);
  }

  function chips(offered) {
    return el("div", { "class": "chips", role: "group", "aria-label": "可以接着问" }, offered.map(function (choice) {
      return el("button", { type: "button", text: String(choice.label), onclick: function () { say(String(choice.says)); } });
    }));
  }

  function draw(entry) {
    var mine = entry.who === "me";
    var bubble = el("div", { "class": "bubble" });
    bubble.appendChild(el("span", { "class": "aloud", text: mine ? "我说：" : "娘家人说：" }));
    if (entry.kind === "image") drawPicture(bubble, entry, mine);
    else if (entry.kind === "location") drawPlace(bubble, entry);
    else words(bubble, entry.text, !mine);
    var body = el("div", { "class": "body" }, [bubble]);
    if (entry.state === "sending" && entry.kind !== "image") body.appendChild(el("i", { "class": "mark spin", role: "img", "aria-label": "正在发送" }));
    if (entry.state === "failed") body.appendChild(el("button", {
      "class": "mark fail", type: "button", text: "!", "aria-label": "没有发出去，重新发送", onclick: function () { again(entry.id); }
    }));
    return el("div", { "class": "said " + (mine ? "me" : "it") }, [icon(mine ? "a-" + (me.persona || "worker") : "a-union", "face"), body]);
  }

  function drawPicture(bubble, entry, mine) {
    bubble.classList.add("picture");
    if (isCard(entry)) bubble.classList.add("poster");
    var source = blobs[entry.id] ? blobs[entry.id].url : entry.thumb || (entry.media ? address(entry.media) : "");
    var img = el("img", { src: source, alt: mine ? "我发的照片" : entry.text || "图片", width: entry.w, height: entry.h });
    var button = el("button", { type: "button", "aria-label": mine ? "看照片" : "看大图：" + (entry.text || "图片") }, [
      img, isCard(entry) ? el("span", { "class": "hint", "aria-hidden": "true", text: "点开看大图、保存" }) : null
    ]);
    img.addEventListener("load", function () { if (sticks) toEnd(); });
    img.addEventListener("error", function () {
      if (isCard(entry) && button.parentNode) { // no picture, but all its words
        bubble.className = "bubble";
        bubble.removeChild(button);
        words(bubble, entry.text, true);
      } else if (img.parentNode) button.replaceChild(el("span", { "class": "gone", text: mine ? "照片不在这台设备上了" : entry.text || "图片打不开" }), img);
    });
    button.addEventListener("click", function () { look(entry, source); });
    if (entry.state === "sending") button.appendChild(el("span", { "class": "load" }, [
      el("span", { text: "正在发送" }),
      el("i", { role: "progressbar", "aria-label": "照片上传进度", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, [el("b")])
    ]));
    bubble.appendChild(button);
  }

  function progress(id, part) {
    var bar = nodes[id] && nodes[id].el.querySelector("[role=progressbar]");
    if (!bar) return;
    var percent = Math.round(part * 100);
    bar.setAttribute("aria-valuenow", String(percent));
    bar.firstChild.style.width = percent + "%";
    bar.previousSibling.textContent = percent < 100 ? percent + "%" : "正在发送";
  }

  function drawPlace(bubble, entry) {
    bubble.classList.add("spot");
    bubble.appendChild(el("span", { "class": "name", text: entry.text || "我的位置" }));
    bubble.appendChild(el("span", { "class": "where", text: "北纬 " + entry.lat.toFixed(4) + "，东经 " + entry.lon.toFixed(4) }));
    bubble.appendChild(icon("map"));
  }

  /* a picture of ours, drawn by the server, by its recipe; all others are photos */
  function isCard(entry) { return entry.who === "it" && /^entry:/.test(entry.media || ""); }

  function address(media) { return (/^entry:/.test(media) ? "/api/v1/pictures/" : "/api/v1/photos/") + encodeURIComponent(media); }

  /* Words with what is in them: 【标签】, document numbers kept whole, telephone numbers to press, 依据 a little quieter. */
  var TOKENS = /(?:(【[^】\n]{1,28}】)|((?:[\u4e00-\u9fff]{1,8})?〔\d{4}〕\d+号|[A-Z]{2}-\d{8}-\d{4,}|[一二三四五六七八九十]{1,3}（[一二三四五六七八九十]{1,3}）|\d+(?:\.\d+)?[万亿]?多?[元名人个户年月日天岁%％])|(https?:\/\/[\w\-.~:\/?#@!$&'*+=%]+|www\.[\w\-]+(?:\.[\w\-]+)+(?:\/[\w\-.~\/?=%&]*)?)|(1[3-9]\d{9}|0\d{2,3}[-－ ]?\d{7,8}|400-?\d{3}-?\d{4}|123\d\d|1(?:10|19|20|22)))([，。；：、）]*)/g;
  var COUNTED = /^(?:\d|[.．]\d|[-－]\d|\s*[元万亿个名人户家件条项次台套年月日天号分%％]|多)/;

  function words(bubble, said, marked) {
    said.split("\n").forEach(function (line, i) {
      if (i) bubble.appendChild(document.createTextNode("\n"));
      var quiet = marked && /^\s*(依据|出处)[：:]/.test(line);
      var box = el("span", { "class": quiet ? "basis" : null });
      var at = 0, match;
      TOKENS.lastIndex = 0;
      while ((match = TOKENS.exec(line))) {
        var token = tokenNode(match, line, marked);
        if (!token) continue;
        box.appendChild(document.createTextNode(line.slice(at, match.index)));
        box.appendChild(token);
        at = match.index + match[0].length;
      }
      box.appendChild(document.createTextNode(line.slice(at)));
      bubble.appendChild(box);
    });
  }

  function tokenNode(match, line, marked) {
    if (match[1]) return marked ? el("span", {}, [el("b", { "class": "label", text: match[1] }), match[5]]) : null;
    if (match[2]) return whole(match[2], match[5]);
    if (match[3]) return el("span", {}, [el("a", { href: /^http/.test(match[3]) ? match[3] : "http://" + match[3], text: match[3], target: "_blank", rel: "noopener noreferrer" }), match[5]]);
    var before = line.charAt(match.index - 1), after = line.slice(match.index + match[0].length - match[5].length);
    if (/[\d\-－.．〔A-Za-z第]/.test(before) || /^\d/.test(after)) return null;
    if (match[4].length <= 5 && COUNTED.test(after)) return null;
    return whole(el("a", { href: "tel:" + match[4].replace(/[^\d]/g, ""), text: match[4] }), match[5]);
  }

  // its full stop stays with it
  function whole(what, stop) { return el("span", { "class": "whole" }, [what, stop]); }

  function two(n) { return (n < 10 ? "0" : "") + n; }
  function dayStart(at) { var d = new Date(at); d.setHours(0, 0, 0, 0); return d.getTime(); }
  function dayStamp() { return dayStart(Date.now()); }

  function clockWords(at) {
    var d = new Date(at), time = two(d.getHours()) + ":" + two(d.getMinutes());
    var days = Math.round((dayStamp() - dayStart(at)) / 86400000);
    if (days <= 0) return time;
    if (days === 1) return "昨天 " + time;
    if (days < 7) return "星期" + "日一二三四五六".charAt(d.getDay()) + " " + time;
    var day = (d.getMonth() + 1) + "月" + d.getDate() + "日 " + time;
    return d.getFullYear() === new Date().getFullYear() ? day : d.getFullYear() + "年" + day;
  }

  /* ---------- saying something ---------- */

  var line = Promise.resolve(); // one after the other: a photo comes before the words that explain it
  var waiting = 0;

  function showWaiting() {
    $("title").textContent = waiting ? "对方正在输入…" : "娘家人";
  }

  function say(said) {
    said = said.replace(/\r\n?/g, "\n").trim();
    if (!said) return false;
    if (said.length > MAX_TEXT) { toast("一次最多说 " + MAX_TEXT + " 个字，请分几条发。"); return false; }
    send({ kind: "text", text: said });
    return true;
  }

  function send(entry) {
    entry.id = entry.id || newId();
    entry.at = now();
    entry.who = "me";
    entry.state = "sending";
    put(entry);
    enqueue(entry.id);
  }

  function enqueue(id) {
    var where = slot();
    waiting++;
    showWaiting();
    line = line.then(function () { return slot() === where ? deliver(id) : null; }).then(done, done);
    function done() { waiting--; showWaiting(); }
  }

  function deliver(id) {
    var where = slot(), first = find(id);
    if (!first) return Promise.resolve();
    return (first.kind === "image" && !first.media ? upload(id) : Promise.resolve()).then(function () {
      var entry = find(id) || first, body = { id: id };
      if (entry.kind === "text") body.text = entry.text;
      if (entry.kind === "image") body.photo = entry.media;
      if (entry.kind === "location") body.location = { lat: entry.lat, lon: entry.lon, label: entry.text };
      return post("/api/v1/messages", body);
    }).then(function (answer) {
      if (slot() !== where) return; // another persona by now: asked for again when this one is back
      settle(id, "sent");
      hear(answer.replies, id);
      online(true);
    }, function (wrong) {
      // a page that is being left breaks its lines off: that is no failure, the next one takes the message up again
      return pause(wrong.status ? 0 : 400).then(function () {
        if (slot() !== where) return;
        settle(id, "failed", wrong.status === 400);
        toast(wrong.sentence || OFFLINE);
      });
    });
  }

  function pause(milliseconds) { return new Promise(function (resolve) { setTimeout(resolve, milliseconds); }); }

  function settle(id, state, anew) {
    var entry = find(id);
    if (!entry) return;
    entry.state = state;
    if (anew) delete entry.media; // the server does not have the picture any more: it has to be uploaded once more
    put(entry);
  }

  function again(id) {
    var entry = find(id);
    if (!entry) return;
    if (entry.kind === "image" && !entry.media && !blobs[id]) { toast("这张照片没有传完就关了页面，请重新选一张。"); return; }
    ask({
      words: "重发这条消息？", yes: "重发", then: function () { send(entry); }
    });
  }

  /* ---------- photos ---------- */

  function picked(event) {
    var file = event.target.files && event.target.files[0];
    event.target.value = "";
    if (!file) return;
    shut();
    var url = URL.createObjectURL(file), img = new Image();
    img.onload = function () { preview(file, url, img); };
    img.onerror = function () { URL.revokeObjectURL(url); toast("这张照片打不开，请换一张（JPG 或 PNG）。"); };
    img.src = url;
  }

  function preview(file, url, img) {
    img.alt = "要发送的照片";
    var go = el("button", { type: "button", "class": "go", text: "发送" });
    var box = el("div", { "class": "look", role: "dialog", "aria-modal": "true", "aria-label": "发送照片" }, [
      el("div", { "class": "frame" }, [img]),
      el("div", { "class": "ends" }, [el("button", { type: "button", text: "取消", onclick: cancel }), el("span", { text: size(file.size) }), go])
    ]);
    go.addEventListener("click", function () {
      go.disabled = true;
      smaller(file, img).then(function (blob) {
        if (blob.size > MAX_PHOTO) { go.disabled = false; toast("照片太大了，最大 12 MB，请换一张小点的。"); return; }
        var small = thumb(img), entry = { id: newId(), kind: "image", text: "", thumb: small.url, w: small.w, h: small.h };
        blobs[entry.id] = { blob: blob, url: url };
        closeOver();
        send(entry);
      });
    });
    openOver(box, go, cancel);
    function cancel() { URL.revokeObjectURL(url); closeOver(); }
  }

  function size(bytes) { return bytes > 1048576 ? (bytes / 1048576).toFixed(1) + " MB" : Math.max(1, Math.round(bytes / 1024)) + " KB"; }

  function canvasOf(img, longest) {
    var scale = Math.min(1, longest / Math.max(img.naturalWidth, img.naturalHeight));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(img.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(img.naturalHeight * scale));
    var context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(img, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  /* a phone's photo is far larger than anybody looks at it; what cannot be made smaller goes as it is */
  function smaller(file, img) {
    if (file.size < 1500000 && Math.max(img.naturalWidth, img.naturalHeight) <= LONG_SIDE) return Promise.resolve(file);
    return new Promise(function (resolve) {
      try { canvasOf(img, LONG_SIDE).toBlob(function (blob) { resolve(blob && blob.size < file.size ? blob : file); }, "image/jpeg", 0.86); }
      catch (e) { resolve(file); }
    });
  }

  function thumb(img) {
    try {
      var canvas = canvasOf(img, 300);
      return { url: canvas.toDataURL("image/jpeg", 0.72), w: canvas.width, h: canvas.height };
    } catch (e) { return {}; }
  }

  function upload(id) {
    var kept = blobs[id];
    if (!kept) return Promise.reject(refusal(0, { error: "这张照片没有传完就关了页面，请重新选一张。" }));
    return new Promise(function (resolve, reject) {
      var form = new FormData(), request = new XMLHttpRequest();
      form.append("photo", kept.blob, "photo.jpg");
      request.open("POST", "/api/v1/photos");
      request.timeout = UPLOAD_WITHIN;
      request.upload.onprogress = function (e) { if (e.lengthComputable) progress(id, e.loaded / e.total); };
      request.onload = function () {
        var data = parsed(request.responseText) || {};
        var entry = find(id);
        if (request.status !== 200 || typeof data.id !== "string" || !entry) { reject(refusal(request.status, data)); return; }
        entry.media = data.id;
        put(entry);
        progress(id, 1);
        resolve();
      };
      request.onerror = request.ontimeout = request.onabort = function () { reject(refusal(0, { error: "照片没有传上去。网络好一点的时候，点红色的叹号再发一次。" })); };
      request.send(form);
    });
  }

  function lookCard(entry, source) {
    var shut = el("button", { type: "button", text: "关上", onclick: closeOver });
    var box = el("div", { "class": "look card-look", role: "dialog", "aria-modal": "true", "aria-label": "大字图片" }, [
      el("div", { "class": "frame", tabindex: "0" }, [el("img", { src: source, alt: entry.text || "图片" })]),
      el("div", { "class": "ends" }, [
        shut, el("span", { text: isDesk() ? "" : "长按也能转发" }),
        isDesk() ? el("button", { type: "button", text: "打印", onclick: function () { window.print(); } }) : null,
        el("a", { "class": "go", href: source, download: true, text: "保存图片" })
      ])
    ]);
    openOver(box, shut, closeOver);
  }

  function look(entry, source) {
    if (isCard(entry)) { lookCard(entry, source); return; }
    var img = el("img", { src: source, alt: entry.text || "照片" });
    if (entry.media && !blobs[entry.id]) {
      var whole = new Image();
      whole.onload = function () { img.src = whole.src; };
      whole.src = address(entry.media);
    }
    var all = el("button", { type: "button", "class": "all", "aria-label": "关上照片", onclick: closeOver });
    openOver(el("div", { "class": "look", role: "dialog", "aria-modal": "true", "aria-label": "照片" }, [el("div", { "class": "frame" }, [img]), all]), all, closeOver);
  }

  /* ---------- place ---------- */

  function place() {
    shut();
    if (window.isSecureContext === false || !navigator.geolocation) {
      ask({
        title: "这里读不到位置",
        words: window.isSecureContext === false ? "这个网页没有用 https 打开，手机不让它读位置。请打字说在哪里，比如：三号车间北门。" : "这台设备不能定位。请打字说在哪里，比如：三号车间北门。",
        yes: "去打字", then: type
      });
      return;
    }
    var label = el("input", { type: "text", maxlength: "100", autocomplete: "off", placeholder: "比如：三号车间北门" });
    ask({
      title: "发送您现在的位置？", words: "只发这一次，不会一直跟着您。", yes: "发送", keepOpen: true,
      more: el("label", {}, ["这是什么地方（可以不写）", label]),
      then: function (button) {
        button.disabled = true;
        button.textContent = "正在定位…";
        navigator.geolocation.getCurrentPosition(function (found) {
          closeOver();
          send({ kind: "location", text: label.value.trim(), lat: found.coords.latitude, lon: found.coords.longitude });
        }, function (wrong) {
          closeOver();
          ask({
            title: "没有读到位置",
            words: wrong.code === 1 ? "您没有允许这个网页读位置。可以到手机设置里允许，也可以打字说在哪里。" : "手机一时定不了位，可能在屋里或信号不好。请打字说在哪里。",
            yes: "去打字", then: type
          });
        }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
      }
    });
  }

  /* ---------- what lies over the talk ---------- */

  var opener = null, onEscape = null;

  function openOver(box, focus, escape) {
    if (over.hidden) opener = document.activeElement;
    $("toast").hidden = true;
    over.textContent = "";
    over.appendChild(box);
    over.hidden = false;
    onEscape = escape;
    chat.setAttribute("aria-hidden", "true");
    chat.setAttribute("inert", "");
    document.querySelector(".screen").classList.toggle("dark", box.classList.contains("look"));
    html.classList.toggle("poster-open", box.classList.contains("card-look")); // what is printed then
    focus.focus();
  }

  function closeOver() {
    if (over.hidden) return;
    over.hidden = true;
    over.textContent = "";
    onEscape = null;
    chat.removeAttribute("aria-hidden");
    chat.removeAttribute("inert");
    document.querySelector(".screen").classList.remove("dark");
    html.classList.remove("poster-open");
    if (opener && document.contains(opener) && opener.offsetParent !== null) opener.focus();
    else log.focus({ preventScroll: true });
    opener = null;
  }

  function ask(question) {
    var yes = el("button", { type: "button", text: question.yes });
    var id = question.title ? "askTitle" : "askWords";
    var box = el("div", { "class": "ask", role: "dialog", "aria-modal": "true", "aria-labelledby": id, "aria-describedby": "askWords" }, [
      question.title ? el("h2", { id: "askTitle", text: question.title }) : null,
      el("p", { id: "askWords", text: question.words }),
      question.more,
      el("div", { "class": "ends" }, [el("button", { type: "button", text: "取消", onclick: closeOver }), yes])
    ]);
    yes.addEventListener("click", function () {
      if (!question.keepOpen) closeOver();
      question.then(yes);
    });
    openOver(box, yes, closeOver);
  }

  function sheet(title, inside) {
    var box = el("div", { "class": "sheet", role: "dialog", "aria-modal": "true", "aria-label": title }, inside);
    openOver(box, box.querySelector("button"), closeOver);
  }

  function lastButton(words) { return el("button", { type: "button", "class": "last", text: words, onclick: closeOver }); }

  function more() {
    shut();
    sheet("更多", [
      el("button", { type: "button", text: html.classList.contains("big") ? "换回普通字" : "换成大字", onclick: function () { closeOver(); letters(); } }),
      el("button", { type: "button", text: "关于娘家人", onclick: function () { closeOver(); aboutUs(); } }),
      me.demo ? el("button", { type: "button", text: "换个身份（演示）", onclick: function () { closeOver(); choosePersona(); } }) : null,
      el("button", { type: "button", "class": "warn", text: "清空聊天记录", onclick: function () { closeOver(); clearAll(); } }),
      lastButton("取消")
    ]);
  }

  function aboutUs() {
    var card = $("about").cloneNode(true);
    card.removeAttribute("id");
    sheet("关于娘家人", [card, lastButton("知道了")]);
  }

  function choosePersona() {
    shut();
    var box = el("div", { "class": "choose" });
    personaButtons(box);
    sheet("换个身份", [el("h2", { text: "这是演示：换个身份试试，三种身份各聊各的" }), box, lastButton("取消")]);
  }

  over.addEventListener("click", function (event) { if (event.target === over && onEscape) onEscape(); });
  over.addEventListener("keydown", function (event) {
    if (event.key !== "Tab") return;
    var stops = over.querySelectorAll("button:not([disabled]), input, a[href], [tabindex='0']");
    var first = stops[0], last = stops[stops.length - 1];
    if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
    else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
  });
  document.addEventListener("focusin", function (event) {
    if (!over.hidden && !over.contains(event.target)) { var stop = over.querySelector("button:not([disabled])"); if (stop) stop.focus(); }
  });

  /* ---------- the foot ---------- */

  var menuShown = false;

  function showMenu() {
    var buttons = Array.isArray(me.menu) ? me.menu.slice(0, 3) : [];
    var cells = $("cells");
    cells.textContent = "";
    buttons.forEach(function (button) {
      var items = Array.isArray(button.items) ? button.items.slice(0, 5) : null;
      var press = el("button", { type: "button" }, [items ? icon("i-lines") : null, el("span", { text: String(button.name) })]);
      var cell = el("div", { "class": "cell" }, [press]);
      if (items) {
        press.setAttribute("aria-haspopup", "menu");
        press.setAttribute("aria-expanded", "false");
        press.addEventListener("click", function () {
          var isOpen = press.getAttribute("aria-expanded") === "true";
          closePop();
          if (!isOpen) openPop(cell, press, items);
        });
      } else press.addEventListener("click", function () { closePop(); say(String(button.says)); });
      cells.appendChild(cell);
    });
    menuShown = true;
    $("toMenu").hidden = !buttons.length;
    foot(buttons.length ? store.get("foot") || (isDesk() ? "type" : "menu") : "type");
  }

  function isDesk() { return window.matchMedia("(min-width: 700px) and (min-height: 520px) and (pointer: fine)").matches; }

  function foot(which) {
    $("menus").hidden = which !== "menu";
    $("typing").hidden = which === "menu";
    if (which === "menu") { $("panel").hidden = true; $("plus").setAttribute("aria-expanded", "false"); }
    closePop();
  }

  function openPop(cell, press, items) {
    var beak = el("i", { "class": "beak" });
    var pop = el("div", { "class": "pop", role: "menu", "aria-label": press.textContent }, items.map(function (item) {
      return el("button", { type: "button", role: "menuitem", text: String(item.name), onclick: function () { closePop(); press.focus(); say(String(item.says)); } });
    }));
    pop.appendChild(beak);
    cell.appendChild(pop);
    press.setAttribute("aria-expanded", "true");
    // inside the glass, its beak still over the button
    var glass = document.querySelector(".screen").getBoundingClientRect(), box = pop.getBoundingClientRect();
    var shift = Math.max(0, glass.left + 6 - box.left) - Math.max(0, box.right - glass.right + 6);
    if (shift) { pop.style.marginLeft = shift + "px"; beak.style.marginLeft = -6.5 - shift + "px"; }
    pop.firstChild.focus({ preventScroll: true });
  }

  function closePop() {
    var pop = document.querySelector(".pop");
    if (!pop) return null;
    var press = pop.parentNode.firstChild;
    press.setAttribute("aria-expanded", "false");
    pop.parentNode.removeChild(pop);
    return press;
  }

  $("cells").addEventListener("keydown", function (event) {
    var pop = document.querySelector(".pop");
    if (!pop) return;
    var items = Array.prototype.slice.call(pop.querySelectorAll("[role=menuitem]")), at = items.indexOf(document.activeElement);
    var to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); items[(to + items.length) % items.length].focus(); }
    if (event.key === "Tab") closePop();
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest(".cell")) closePop();
  });

  function shut() {
    $("panel").hidden = true;
    $("plus").setAttribute("aria-expanded", "false");
    closePop();
  }

  function type() {
    if ($("typing").hidden) foot("type");
    text.focus();
  }

  function grow() {
    text.style.height = "auto";
    text.style.height = text.scrollHeight + "px";
    text.style.overflowY = text.scrollHeight > text.clientHeight + 2 ? "auto" : "hidden";
    var empty = !text.value.trim();
    $("send").hidden = empty;
    $("plus").hidden = !empty;
  }

  function submit() {
    if (say(text.value)) { text.value = ""; draft(); grow(); }
  }

  function draft() { try { sessionStorage.setItem("niangjia.draft", text.value); } catch (e) { /* then not */ } }

  function letters(quiet) {
    var big = html.classList.toggle("big");
    store.set("big", big ? "1" : "");
    showLetters();
    if (quiet !== true) toast(big ? "已换成大字" : "已换回普通字");
    toEnd();
  }

  function showLetters() { $("letters").setAttribute("aria-pressed", String(html.classList.contains("big"))); grow(); }

  $("typing").addEventListener("submit", function (event) { event.preventDefault(); submit(); });
  $("send").addEventListener("mousedown", function (event) { event.preventDefault(); }); // the keyboard stays up
  text.addEventListener("input", function () { draft(); grow(); });
  text.addEventListener("focus", function () { $("panel").hidden = true; $("plus").setAttribute("aria-expanded", "false"); });
  text.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (window.matchMedia("(pointer: coarse)").matches && !event.ctrlKey) return; // on glass: a new line, 发送 is beside it
    event.preventDefault();
    submit();
  });
  $("toType").addEventListener("click", function () { store.set("foot", "type"); foot("type"); text.focus(); });
  $("toMenu").addEventListener("click", function () { store.set("foot", "menu"); foot("menu"); $("toType").focus(); });
  $("voice").addEventListener("click", function () {
    text.focus();
    toast(isDesk() ? "电脑上请打字；手机上可以用键盘的话筒说话。" : "点键盘上的话筒，说完会变成字。");
  });
  $("plus").addEventListener("click", function () {
    var panel = $("panel");
    panel.hidden = !panel.hidden;
    $("plus").setAttribute("aria-expanded", String(!panel.hidden));
  });
  $("pickPhoto").addEventListener("click", function () { $("gallery").click(); });
  $("takePhoto").addEventListener("click", function () { $("camera").click(); });
  $("gallery").addEventListener("change", picked);
  $("camera").addEventListener("change", picked);
  $("sharePlace").addEventListener("click", place);
  $("letters").addEventListener("click", letters);
  $("more").addEventListener("click", more);
  $("who").addEventListener("click", choosePersona);
  $("fresh").addEventListener("click", function () {
    if (isBelow()) onward(); else toEnd();
    log.focus({ preventScroll: true });
  });
  log.addEventListener("scroll", function () {
    sticks = fromEnd() < 100;
    if (isBelow() ? atEnd() : sticks) hint("");
  }, { passive: true });
  log.addEventListener("click", function () { if (!$("panel").hidden) shut(); });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Tab") html.classList.add("keys");
    if (event.key === "Escape") {
      var press = closePop();
      if (press) press.focus();
      else if (onEscape) onEscape();
      else if (!$("panel").hidden) { shut(); $("plus").focus(); }
    }
    // at a desk whoever just begins to type means the input
    var idle = document.activeElement === document.body || document.activeElement === log;
    var letter = event.key.length === 1 || event.keyCode === 229; // 229: an input method begins
    if (over.hidden && idle && isDesk() && letter && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) type();
  });
  document.addEventListener("mousedown", function () { html.classList.remove("keys"); });

  /* ---------- late replies, other tabs, the line ---------- */

  var source = null, misses = 0, comeBack = 0, sleeping = 0;

  function online(is) {
    if (is) misses = 0;
    var bad = navigator.onLine === false || misses >= 2;
    $("net").hidden = !bad;
    if (bad) $("net").textContent = navigator.onLine === false ? "手机没有连上网，请检查网络。" : "连不上娘家人，正在重新连接…";
  }

  function listen() {
    hangUp();
    if (document.hidden && source === null && misses > 0) return;
    var where = slot();
    source = new EventSource("/api/v1/events?after=" + encodeURIComponent(store.get("after." + where) || ""));
    source.onopen = function () { online(true); };
    source.onmessage = function (event) {
      var told = parsed(event.data);
      if (!told || slot() !== where) return;
      var isNew = event.lastEventId && store.get("after." + where) !== event.lastEventId;
      store.set("after." + where, event.lastEventId);
      if (isNew) hear(told.replies, "e" + event.lastEventId);
    };
    source.onerror = function () {
      hangUp();
      misses++;
      online(false);
      comeBack = setTimeout(function () {
        learn().then(listen, listen); // a server that was started anew may have to give a new cookie
      }, Math.min(15000, 700 * Math.pow(2, misses - 1)));
    };
  }

  function hangUp() {
    clearTimeout(comeBack);
    if (source) source.close();
    source = null;
  }

  window.addEventListener("online", function () { online(false); listen(); });
  window.addEventListener("offline", function () { online(false); });
  window.addEventListener("pagehide", hangUp);
  window.addEventListener("pageshow", function (event) { if (event.persisted) learn().then(listen, listen); });
  document.addEventListener("visibilitychange", function () {
    clearTimeout(sleeping);
    if (document.hidden) sleeping = setTimeout(hangUp, 45000); // a browser has few lines to one house
    else { render(); if (!source) learn().then(listen, listen); }
  });

  window.addEventListener("storage", function (event) {
    if (event.key === "niangjia.persona") learn().then(function (changed) { if (changed) listen(); }, function () { /* later */ });
    if (event.key === "niangjia.big" && (event.newValue === "1") !== html.classList.contains("big")) letters(true);
    if (event.key !== "niangjia." + slot()) return;
    var theirs = valid(parsed(event.newValue));
    history = event.newValue === null ? { cleared: 0, items: [] } : merge(history, theirs);
    render();
    if (event.newValue !== null && JSON.stringify(history.items) !== JSON.stringify(theirs.items)) keep();
  });

  /* ---------- begin ---------- */

  function tick() {
    var d = new Date();
    $("clock").textContent = d.getHours() + ":" + two(d.getMinutes());
  }

  // an older WebView shrinks only what is seen when its keyboard comes up
  if (window.visualViewport) window.visualViewport.addEventListener("resize", function () {
    var view = window.visualViewport;
    if (view.scale > 1.01) return;
    var covered = window.innerHeight - view.height > 80;
    if (covered) html.style.setProperty("--tall", view.height + "px"); else html.style.removeProperty("--tall");
    if (covered) window.scrollTo(0, 0);
  });
  if (window.ResizeObserver) new ResizeObserver(function () { if (sticks) toEnd(); }).observe(log);

  if (store.get("big") === "1") html.classList.add("big");
  text.setAttribute("enterkeyhint", window.matchMedia("(pointer: coarse)").matches ? "enter" : "send");
  try { text.value = sessionStorage.getItem("niangjia.draft") || ""; } catch (e) { /* then empty */ }
  tick();
  setInterval(tick, 10000);
  open();
  showPersona();
  showMenu();
  showLetters();
  fresh = true;
  render();
  if (isDesk() && !$("typing").hidden) text.focus({ preventScroll: true });
  learn().then(listen, function () { misses++; online(false); listen(); });
})();
