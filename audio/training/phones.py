"""The phone set, and what the synthesisers call each phone: 39 ARPAbet phones without stress, AX (schwa), SIL."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audio.training.features import Floats

_PHONES = "SIL AA AE AH AX AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
PHONES = tuple(_PHONES.split())
"""Place in this list = number of the phone."""
UNSURE = "~"
"""Before a phone that a voice of another language can only approximate: not learnt from."""
UNSURE_FROM = 128
"""Added to the labels of such a phone: it is not learnt, but what follows it may depend on it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One phone in time."""

    phone: str
    """Its name, perhaps marked UNSURE."""
    start: float
    """Seconds."""
    end: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Speech with its phones."""

    samples: Floats
    """Mono, full scale 1."""
    rate: int
    """Samples a second."""
    segments: tuple[Segment, ...]
    """In order."""
    voice: str
    """Who speaks."""


def _table(text: str) -> dict[str, list[str]]:
    return {name: phones.split("+") for name, _, phones in (item.partition("=") for item in text.split())}


ESPEAK = _table(
    "I=IH I2=IH I#=IH i=IY i:=IY E=EH E2=EH a=AE aa=AE a#=AX a2=AX @=AX @2=AX @-=AX @5=AX @L=AX+L 3=ER 3:=ER 0=AA "
    "02=AA 0#=AX O2=AO O:=AO O=AO O@=AO+R o@=AO+R A:=AA A@=AA+R A#=AA V=AH VR=ER IR=ER ER=ER U=UH U2=UH u:=UW u=UW "
    "U@=UH+R i@=IY+AX i@3=IH+R e@=EH+R aI@=AY+AX aI3=AY+ER aI=AY aI2=AY eI=EY e:=EY e=EY oU=OW o:=OW o=OW oU#=OW "
    "aU=AW aU@=AW+ER OI=OY r=R r-=R r/=R w=W w#=W l=L l/=L L=L l-=L j=Y t#=T t2=T t[=TH d[=DH n-=N m-=M ?=T h=HH "
    "x=K tS=CH dZ=JH N=NG T=TH D=DH S=SH Z=ZH _=SIL _:=SIL _!=SIL _|=SIL _::=SIL Q=AA "
    "b=B d=D f=F g=G k=K m=M n=N p=P s=S t=T v=V z=Z"
)
"""espeak-ng's phoneme mnemonics; two phones share the time of one."""
FESTIVAL = _table("pau=SIL h#=SIL brth=SIL #=SIL ssil=SIL axr=ER dx=T nx=N hv=HH el=AX+L en=AX+N em=AX+M ix=IH")
"""Names in the American voices of flite and festival that are not ARPAbet's."""
CZECH = _table(
    "SIL=# AA=a: ~AE=e AH=a ~AX=e AO=o: AW=a+u AY=a+j B=b CH=c~ D=d ~DH=d EH=e ~ER=e+r EY=e+j F=f G=g HH=h IH=i "
    "IY=i: JH=dz~ K=k L=l M=m N=n NG=n* OW=o+u OY=o+j P=p ~R=r S=s SH=s~ T=t ~TH=t UH=u UW=u: V=v ~W=u Y=j Z=z ZH=z~"
)
ITALIAN = _table(
    "SIL=# AA=a1 ~AE=E1 AH=a ~AX=e AO=O1 AW=a1+u AY=a1+i B=b CH=tS D=d ~DH=d EH=E1 ~ER=E+r EY=e1+i F=f G=g ~HH=f "
    "IH=i IY=i1 JH=dZ K=k L=l M=m N=n NG=ng OW=o1+u OY=O1+i P=p ~R=r S=s SH=S T=t ~TH=t UH=u UW=u1 V=v W=w Y=j Z=z "
    "~ZH=S"
)
FINNISH = _table(
    "SIL=# AA=a: ~AE=& AH=a ~AX=e AO=o: AW=a+u AY=a+i ~B=b ~CH=t+S D=d ~DH=d EH=e ~ER=7+r EY=e+i F=f ~G=g HH=h IH=i "
    "IY=i: ~JH=d+S K=k L=l M=m N=n NG=N OW=o+u OY=o+i P=p ~R=r S=s SH=S T=t ~TH=t UH=u UW=u: V=v ~W=u Y=j ~Z=s ~ZH=S"
)
"""English phones in the phones of other languages' voices; UNSURE where none is near."""


def labels(segments: list[Segment], frames: int, starts: Floats | None = None) -> np.ndarray:
    """One label [frames] for each 30 ms: 2 · phone in its first frame, 2 · phone + 1 after, UNSURE_FROM more if unsure.

    `starts` are the first frames of the segments if they are not simply where their times fall; every phone gets
    at least one frame, as Kaldi's chain topology demands. ValueError if there are more phones than frames.
    """
    merged = [i for i, s in enumerate(segments) if i == 0 or s.phone != "SIL" or segments[i - 1].phone != "SIL"]
    if len(merged) >= frames:
        raise ValueError("more phones than frames")
    times = starts if starts is not None else np.array([(s.start * 16000 - 200) / 480 for s in segments], np.float32)
    begin: list[int] = []
    for i in merged:
        begin.append(max(round(float(times[i])), begin[-1] + 1 if begin else 0))
    begin[0] = 0
    for k in reversed(range(len(begin))):
        begin[k] = min(begin[k], frames - (len(begin) - k))
    found = np.zeros(frames, np.uint8)
    for k, i in enumerate(merged):
        stop = begin[k + 1] if k + 1 < len(begin) else frames
        phone = PHONES.index(segments[i].phone.lstrip(UNSURE))
        mark = UNSURE_FROM if segments[i].phone.startswith(UNSURE) else 0
        found[begin[k] : stop] = mark + 2 * phone + 1
        found[begin[k]] = mark + 2 * phone
    return found
