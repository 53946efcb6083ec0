"""A workbook of Excel 97, which no library at hand writes: saved once by LibreOffice from one made for this test."""

from __future__ import annotations

import base64
import zlib

_PACKED = (
    "c-rk)Yiv|i5T0}Q?)LUYw}m1WtSjYF=u#J}rADEJf`UkEY4Mc?TFUlem$qpup&`;mAR!8g1`XAa7!n{RMn#F5C<-+(;fF+i2#H3MLSllc(bZ@S"
    "M!J48_w06Cc9XUc6R~IWoyVLrdmb}$X3jnTRp!8v_i`@LsPq6iXegXat{9pEQX&mEk)dfr;cz%Y4o{~4RJx{1mZ1sxIRTb=5?}$zTE3~eoJ_Y?"
    "T2Jlxb(4oyQ5(um>Y?$Z>Cl+i{~HU>&=|*!HBHVx@%j1w=6l=$B(i_L^V$B>fOKFAkYT$3$^^22slYTKTXcfxHed#DJCFm+1ZDwu0J*@OfCsn>"
    "m<{9sbAY+PJYYVM4=ex{0tJ8<Sftl~w=Nm?pk4&rt7*k3mrUMQV@k;ur08<eC+T0Z$VK*-pb;m`e$k7|KrMB!Zj{#t8a)42S|MwwSG<NZP|~H!"
    "gsvKN7??uu3jLJiOGW>X%E(iqb^1x8OjdtD^4XG4L9XZ{;rUi5i=m0%iJreCW}qlZl~X+hsD(D;CTzio96HMu)+-~}KGbsQ;ZZl%>l-mQtVvbK"
    "P23K<sK%H!>O!rY9-*~DDUb4mdrui-<;gYE=qOwB!~QmZXMG^oOrc|J<-S6nZ*H!cPRH5K^SpU^Oc@X(K1zRtJuw%?84uHWokIV8Y;<Fsbo$@X"
    "kK*j&opXUbJ~W!XAOYQ*fW9yRJvlDj8Cg$$0=kuGd}gL)TITS+j@k4%qv^-v(p_=>=b(WiNMSDBL5Gx?L6?+SK~u`9!6YfC1)bqKG3&j!3f8)8"
    "Q!DoSt4>xO+R?mkFHHZ{WWE+$)ZDUVi@$9@@nxc@Us(WA%>hM&FnKt&(9^O*S4iYy*^W_Ln`pX<sTWadh%cYh7--Qhg-NV4stkD<<^Jln-K7P$"
    "X~7*@f5Kk>rnkk7ri!bLS!4>S>Al74H&m~y%n6@wI$iyg|NUTDEymcSq>Az?++RI?KW{@(SN(OXgA}uN_${oZLiuJNDD_|2ysVY~6WdF#cxB^X"
    "RVTV!r1qnCTh+x1?g6t^bL7RTq^<;V!rrFlednq@jozm2jmI}$tUk19&o;BBr;kT|QTIWW;S0n2r_v6m?fo09Y+zVnvvp~3h+w-C_Xt;#hO^p&"
    "bLFcyQ_jtelUh_hYw&V$PU$A02Zt4l=Ca($t9GHM-&`mh1(H86V<REPZlUdwd|s6QO6mNVdVaJXDqRp$KLUr4j8&27fPvY(YDSuCcYobLX{1!N"
    "0X-HyC)+mY1uH|ix$R(`NY4-r;5JsQBK>4ckwOkY0xHXJOWlEaZ10pIG!=(t#G%=N*+`lhXPh$*%_Vyrrd`v|cUx?qNlT%XjhVSmN$|$G-7?TJ"
    "bjy&S&Jk@Xw9IJBK+CCH4jIXFJ8&9MQv`xVl71=OX>h-Ru<-M&$Y=*<Nz%Ng@LHPJ6yDcglO(*R@DAQ*k9JCM$sy{euzaVCc1h4VxGzcX$t8Q@"
    "o&KPAC}N_Y=rPvI&}v&JLzcE_UP1;rLOuy{%}~D3lSA$}fwVy>!pA(kmSsj3edw}d5uyi0$2jE8kTZ!)fYgKwp~;H<BNYkWZ*5Du-cnRFk621P"
    "jkPr-R%V`9nOPH%nH3{5x^bCJFe$uJ94Yo2&TSdCd$qeB;y2T}mWIyuuJ*=m&#LVW{($HHC5vk6H~Rwtzi7pZmd3`C8+kh_+nY@|4TVWWALoB*"
    "VDB5hU9D_(zxA?31@ljS!{X`Fm!r}L&PuvkzcXv~Q8sG_*{$E4LH+LBuU+qt*X%bW^R##P+d6u-2S~pwx!<S%JCd%er}ci^xAS`yTff=+myqGY"
    "xeJF2XSxp_!v4Ki-&x5{e-y1&zmp@Og*#@CkLq_h>9;cXm+1bom{5ezYI#S;<NnUBmiD%hXT;}QRJb_d`fuj<A6fq>9gfE%d$O&cp1|y#)QaGX"
    "*U>ue^Uo6JWA8IOj_)dKQX_g=j(NA@g<FX=JTsyB9Wmcv#==v`^GEHZ60br3gzb-=?|8re`1H3L36$|ld=~rPiq|8{ehsvsQDnlDZoF38K}nqQ"
    "_599poIh*h+35T$F++o_!7my(zV(z$VE>37=*`LRf0F(ItN&nR"
)


def workbook() -> bytes:
    """A sheet 收入决算表 with a title, a unit, a ruled table of money and shares, a note; a hidden column and a hidden sheet."""
    return zlib.decompress(base64.b85decode("".join(_PACKED)))
