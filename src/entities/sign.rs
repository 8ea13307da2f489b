//! Words by which a value is told. The matcher marks them as it reads, so a text without them is not read for values.

use crate::matching::{Scan, ValueHit};
use crate::rules::Builtin;
use crate::text::TokenKind;

/// A number word of a spaced script, save the articles.
const NUMBER: u8 = 1;
/// A number word of Chinese.
const FIGURE: u8 = 1 << 1;
/// What things are counted by, in a spaced script.
const COUNT: u8 = 1 << 2;
/// A currency, in a spaced script.
const MONEY: u8 = 1 << 3;
/// What things and money are counted by, in Chinese.
const MEASURE: u8 = 1 << 4;
/// A day, or what tells one with an article alone.
const DAY: u8 = 1 << 5;
/// What tells a day or a time behind a number only.
const SPAN: u8 = 1 << 6;
/// A time of day.
const HOUR: u8 = 1 << 7;

/// Words without accents and Chinese characters, by what they are signs of.
const WORDS: [(u8, &str); 8] = [
    (
        NUMBER,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
        eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety hundred thousand dos tres cuatro cinco \
        seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiun \
        veintiuno veintiuna veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve \
        treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento doscientos doscientas trescientos trescientas \
        cuatrocientos cuatrocientas quinientos quinientas seiscientos seiscientas setecientos setecientas ochocientos \
        ochocientas novecientos novecientas mil dois duas quatro sete oito nove dez onze doze treze quatorze quinze dezesseis \
        dezasseis dezessete dezassete dezoito dezenove dezanove vinte trinta quarenta cinquenta sessenta oitenta cem cento \
        duzentos duzentas trezentos trezentas quatrocentos quatrocentas quinhentos quinhentas seiscentos seiscentas \
        setecentos setecentas oitocentos oitocentas novecentos novecentas dozen couple pair docena duzia",
    ),
    (FIGURE, "零 〇 一 壹 幺 二 两 俩 贰 三 叁 仨 四 肆 五 伍 六 陆 七 柒 八 捌 九 玖 十 拾 百 佰 千 仟 万 亿"),
    (
        COUNT,
        "people person persons guests adults personas persona adultos pessoas pessoa convidados invitados couple pair pairs dozen docena duzia pcs pc pieces piece items item units unit boxes box bottles bottle packs \
        pack sets set copies bags unidades unidad unidade piezas pieza pecas peca pares par cajas caja caixas caixa botellas \
        garrafas paquetes pacotes uds ud unid itens articulos produtos x",
    ),
    (
        MONEY,
        "dollar dollars buck bucks euro euros eur usd cny rmb gbp brl mxn pound pounds quid reais peso pesos yuan yuans \
        yuanes dolar dolares dolars libras conto contos $ € £ ¥",
    ),
    (
        MEASURE,
        "件 个 個 双 雙 条 條 台 部 盒 箱 包 瓶 套 张 張 只 隻 把 支 袋 份 本 块 片 罐 桶 对 顶 副 位 元 圆 塊 币 刀 欧 镑",
    ),
    (
        DAY,
        "today tonight tomorrow tomorow tommorow tmr tmrw yesterday hoy ayer anteayer antier anoche manana hoje amanha \
        ontem anteontem day week month dia semana mes monday mon tuesday tue tues wednesday wed thursday thu thurs friday fri \
        saturday sunday lunes martes miercoles jueves viernes sabado domingo segunda seg terca quarta quinta sexta 今 明 昨 前 \
        后 当 即 周 星 礼",
    ),
    (SPAN, "days weeks months dias semanas meses 年 月 点 时"),
    (HOUR, "noon midday midnight mediodia medianoche media meio meia oclock half quarter 午"),
];

/// Every word that is a sign of a value, in no order, some more than once: with its signs as bits.
pub(crate) fn signs() -> impl Iterator<Item = (&'static str, u8)> {
    WORDS.iter().flat_map(|(sign, words)| words.split_whitespace().map(move |word| (word, *sign)))
}

/// What the matcher met of values in a text.
#[derive(Clone, Copy)]
pub(crate) struct Met<'a> {
    pub(crate) signs: Signs,
    /// Its hits on listed values.
    pub(crate) values: &'a [ValueHit],
}

/// What a text shows at first sight: which values may be told in it at all.
#[derive(Clone, Copy)]
pub(crate) struct Signs {
    pub(super) has_digit: bool,
    pub(super) has_han: bool,
    pub(super) has_at: bool,
    words: u8,
    /// The signs that stand right behind a Chinese number word.
    counted: u8,
}

impl Signs {
    /// The signs of what was scanned.
    pub(crate) fn of(scan: &Scan) -> Self {
        Self {
            has_digit: scan.holds(TokenKind::Digits),
            has_han: scan.holds(TokenKind::Han),
            has_at: scan.holds_mark('@'),
            words: scan.signs(),
            counted: counted(scan),
        }
    }

    /// Whether nothing shows of any value that is known by more than its letters.
    pub(super) fn are_none(self) -> bool {
        !self.has_digit && !self.has_at && self.words == 0
    }

    /// Whether values of a builtin that is said in words may be told.
    ///
    /// Without a clock (`is_dated` false) no time is ever found, and no day but one with its year.
    pub(super) fn may_tell(self, builtin: Builtin, is_dated: bool) -> bool {
        let in_chinese = |sign: u8| self.counted & sign != 0;
        match builtin {
            Builtin::Quantity => self.has_digit || self.any(COUNT) || in_chinese(MEASURE),
            Builtin::Money => self.has_digit || self.any(MONEY) || in_chinese(MEASURE),
            Builtin::Date if is_dated => {
                self.has_digit || self.any(DAY) || (self.any(SPAN) && self.any(NUMBER | FIGURE))
            }
            Builtin::Date => self.has_digit || in_chinese(SPAN),
            Builtin::Time => is_dated && (self.has_digit || self.any(HOUR | NUMBER) || in_chinese(SPAN)),
            _ => true,
        }
    }

    /// The signs of a text in which everything is to be looked for.
    #[cfg(test)]
    pub(super) fn all_there(text: &str) -> Self {
        Self {
            has_digit: true,
            has_han: text.chars().any(crate::text::is_han),
            has_at: true,
            words: u8::MAX,
            counted: u8::MAX,
        }
    }

    fn any(self, signs: u8) -> bool {
        self.words & signs != 0
    }
}

/// Signs of the tokens behind Chinese number words.
fn counted(scan: &Scan) -> u8 {
    if scan.signs() & FIGURE == 0 {
        return 0;
    }
    let pairs = scan.tokens().iter().zip(scan.tokens().iter().skip(1));
    pairs.filter(|(number, _)| number.signs & FIGURE != 0).fold(0, |signs, (_, next)| signs | next.signs)
}
