"""Decoding graphs: graph/HCLr.fst (lexicon as HMM prefix tree, olabel_lookahead), graph/Gr.fst (trigram), words.txt, word_boundary.int.
usage: graph.py MODEL_DIR [unk_start_cost [word_insertion_cost]]

The prefix tree is written by hand: as it is a tree already, no determinisation (and no disambiguation symbols) is needed.
Each tree node is one HMM: entered on the phone's forward transition-id, self-loop on its loop transition-id."""

import collections, math, os, random, re, subprocess, sys
from export import PT, PID, tid
from synth import PHONES
import text_gen as tg

SIL_COST, NOSIL_COST = -math.log(0.35), -math.log(0.65)
EXTRA = {  # words CMUdict lacks or says in one way only
    "vacuumed": ["V AE K Y UW M D"],
    "tidied": ["T AY D IY D"],
    "appreciations": ["AX P R IY SH IY EY SH AX N Z"],
    "today's": ["T AX D EY Z"],
    "ritual": ["R IH CH UW AX L", "R IH CH AX L"],
    "o'clock": ["AX K L AA K"],
    "okay": ["OW K EY"],
    "tv": ["T IY V IY"],
    "temp": ["T EH M P"],
    "nevermind": ["N EH V ER M AY N D"],
    "sam's": ["S AE M Z"],
    "maria's": ["M ER IY AX Z"],
    "john's": ["JH AA N Z"],
    "alex's": ["AE L AX K S AX Z"],
}


def vocabulary():
    d = tg.dictionary()
    c = tg.words_by_class(d)
    for w, ps in EXTRA.items():
        d[w] = d.get(w, []) + [tuple(p.split()) for p in ps if tuple(p.split()) not in d.get(w, [])]
    words = set(c["10"]) | set(c["20"]) | set(c["35"]) | set(EXTRA)
    for t in tg.T:
        words |= set(re.sub("[A-Z_]+", "", t).split())
    for v in tg.SLOT.values():
        for x in v:
            words |= set(x.lower().split())
    for n in tg.NAMES + tg.FEEL:
        words.add(n)
    for n in tg.NAMES:
        if n + "'s" in d:
            words.add(n + "'s")
    for f in ("eval_commands.txt", "eval_answers.txt"):  # vocabulary only, not the sentences
        for l in open(os.path.join(tg.HERE, f)):
            words |= set(l.split())
    words = sorted(w for w in words if w in d)
    return words, d, c


def hcl(words, d, path, unk0, wip):
    wid = {w: i + 1 for i, w in enumerate(words)}
    unk = len(words) + 1
    # trie over position-dependent phones
    kids = [{}]
    wset = [set()]
    leaf = collections.defaultdict(set)  # leaf[(node, phone)] = words ending there
    for w in words:
        for p in d[w]:
            if any(x not in PHONES for x in p):
                continue
            q = [
                PID[x + ("_S" if len(p) == 1 else "_B" if i == 0 else "_E" if i == len(p) - 1 else "_I")]
                for i, x in enumerate(p)
            ]
            n = 0
            for x in q[:-1]:
                if x not in kids[n]:
                    kids.append({})
                    wset.append(set())
                    kids[n][x] = len(kids) - 1
                n = kids[n][x]
                wset[n].add(wid[w])
            leaf[(n, q[-1])].add(wid[w])
    # states: 0 start, 1 root, 2 silence, then leaf phones, trie nodes
    lines = []
    ns = 3
    arc = lambda a, b, i, o, c=0.0: lines.append(
        "%d %d %d %d %.4f" % (a, b, i, o, c) if c else "%d %d %d %d" % (a, b, i, o)
    )
    end = {}
    for i, (n, _, kind) in enumerate(PT):
        if kind in ("end", "singleton"):
            end[i + 1] = ns
            ns += 1
    node = {0: 1}
    for k in range(1, len(kids)):
        node[k] = ns
        ns += 1
    sil = PID["SIL"]
    arc(0, 1, 0, 0, NOSIL_COST)
    arc(0, 2, tid(sil, 0), 0, SIL_COST)
    arc(2, 2, tid(sil, 1), 0)
    arc(2, 1, 0, 0)
    for p, s in end.items():
        arc(s, s, tid(p, 1), 0)
        arc(s, 1, 0, 0, NOSIL_COST)
        arc(s, 2, tid(sil, 0), 0, SIL_COST)
    # [unk] = one garbage phone whose score the network computes (best phone minus a penalty, see export.py)
    g = PID["GBG_S"]
    arc(1, end[g], tid(g, 0), unk, unk0)
    done = {0: False}  # label already emitted on the way to the node?
    allw = [set(s) for s in wset]
    stack = [0]
    while stack:
        n = stack.pop()
        for p, k in kids[n].items():
            e = done[n]
            o = 0
            if not e and len(allw[k]) == 1:
                o = next(iter(allw[k]))
                e = True
            done[k] = e
            arc(node[n], node[k], tid(p, 0), o, 0 if n else wip)
            arc(node[k], node[k], tid(p, 1), 0)
            stack.append(k)
    for (n, p), ws in leaf.items():
        for w in ws:
            arc(node[n], end[p], tid(p, 0), 0 if done[n] else w, 0 if n else wip)
    lines.append("1")
    open(path, "w").write("\n".join(lines) + "\n")
    return wid, unk, ns, len(lines)


def lm_text(n=150000):
    rng = random.Random(77)
    return tg.sentences(n, rng)


def trigram(words, wid, c, path, sents, d2=0.6, d3=0.6, minc=2):
    """interpolated absolute discounting, written as a backoff FST with epsilon backoff arcs"""
    BOS, EOS = "<s>", "</s>"
    c1, c2, c3 = collections.Counter(), collections.Counter(), collections.Counter()
    for s in sents:
        w = [x for x in s.split()]
        if any(x not in wid for x in w):
            continue
        w = [BOS] + w + [EOS]
        for i in range(1, len(w)):
            c1[w[i]] += 1
            c2[(w[i - 1], w[i])] += 1
            if i > 1:
                c3[(w[i - 2], w[i - 1], w[i])] += 1
    c3 = {k: v for k, v in c3.items() if v >= minc}
    tot = sum(c1.values())
    flat = collections.Counter()
    for k, cls in ((6, "10"), (2, "20"), (1, "35")):
        for w in c[cls]:
            flat[w] += k
    for w in words:
        flat[w] += 1
    ft = sum(flat.values())
    p1 = {w: 0.75 * c1[w] / tot + (0.25 * flat[w] / ft if w != EOS else 0.02) for w in list(words) + [EOS]}
    z = sum(p1.values())
    p1 = {w: v / z for w, v in p1.items()}

    def level(cn, disc, lower):
        h = collections.defaultdict(dict)
        for k, v in cn.items():
            h[k[:-1]][k[-1]] = v
        out = {}
        for hist, ws in h.items():
            t = sum(ws.values())
            lam = disc * len(ws) / t
            pr = {w: (v - disc) / t + lam * lower(hist[1:], w) for w, v in ws.items()}
            rest = 1 - sum(pr.values())
            low = 1 - sum(lower(hist[1:], w) for w in ws)
            out[hist] = (pr, max(rest, 1e-6) / max(low, 1e-6))
        return out

    b2 = level(c2, d2, lambda h, w: p1[w])

    def pb(h, w):
        pr, bo = b2[h]
        return pr[w] if w in pr else bo * p1[w]

    b3 = level(c3, d3, pb)
    st = {(): 0}
    for h in list(b2) + list(b3):
        st.setdefault(h, len(st))
    lines = []
    start = st[(BOS,)]
    order = [start] if start == 0 else None

    def nxt(h):
        while h not in st:
            h = h[1:]
        return st[h]

    rows = collections.defaultdict(list)
    fin = {}
    for w, p in p1.items():
        if w == EOS:
            fin[0] = -math.log(p)
        else:
            rows[0].append((nxt((w,)), wid[w], -math.log(p)))
    for tab in (b2, b3):
        for h, (pr, bo) in tab.items():
            s = st[h]
            for w, p in pr.items():
                if w == EOS:
                    fin[s] = -math.log(p)
                else:
                    rows[s].append((nxt(h + (w,)) if tab is b2 else nxt((h[1], w)), wid[w], -math.log(p)))
            rows[s].append((nxt(h[1:]), 0, -math.log(bo)))
    with open(path, "w") as f:
        for s in [start] + [x for x in range(len(st)) if x != start]:
            for t, w, cst in rows[s]:
                f.write("%d %d %d %d %.4f\n" % (s, t, w, w, cst))
            if s in fin:
                f.write("%d %.4f\n" % (s, fin[s]))
    return len(st), sum(map(len, rows.values()))


def build(dst, unk0=2.0, wip=0.0, with_lm=True):
    g = dst + "/graph"
    os.makedirs(g + "/phones", exist_ok=True)
    words, d, c = vocabulary()
    wid, unk, ns, na = hcl(words, d, g + "/hcl.txt", unk0, wip)
    print("words", len(words), "HCL states", ns, "arcs", na)
    sh = lambda cmd: subprocess.run(cmd, shell=True, check=True)
    sh(f"fstcompile {g}/hcl.txt | fstarcsort --sort_type=olabel > {g}/hcl.fst")
    sh(
        f"LD_PRELOAD=libfstlookahead.so.22 fstconvert --fst_type=olabel_lookahead --save_relabel_opairs={g}/relabel {g}/hcl.fst {g}/HCLr.fst"
    )
    rel = dict(map(int, l.split()) for l in open(g + "/relabel"))
    with open(g + "/words.txt", "w") as f:
        f.write("<eps> 0\n")
        for i, w in sorted((rel[i], w) for w, i in list(wid.items()) + [("[unk]", unk)]):
            f.write("%s %d\n" % (w, i))
    with open(g + "/phones/word_boundary.int", "w") as f:
        for i, (_, _, k) in enumerate(PT):
            f.write("%d %s\n" % (i + 1, k))
    open(g + "/disambig_tid.int", "w").write("")
    if with_lm and not os.environ.get("NO_LM"):
        nid = {w: rel[i] for w, i in wid.items()}
        print("LM", trigram(words, nid, c, g + "/g.txt", lm_text()))
        sh(f"fstcompile {g}/g.txt | fstarcsort --sort_type=ilabel | fstconvert --fst_type=const > {g}/Gr.fst")
        os.unlink(g + "/g.txt")
    for f in ("hcl.txt", "hcl.fst", "relabel"):
        os.unlink(f"{g}/{f}")


if __name__ == "__main__":
    a = sys.argv
    build(a[1], *(map(float, a[2:4])))
