//! An OFD (GB/T 33190) as a PDF: texts, lines and pictures of its pages. Numbers are taken over as they
//! are written, in millimetres; what is no number is left out. Fonts are not taken over: every text is
//! set in the Chinese font of this machine, which is enough to compare figures. Seals are not drawn.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::pdf::Pdf;
use super::{MOST_PAGES, NoPicture};
use crate::invoice::element::{self, Element};
use crate::invoice::ofd::entries;

/// A page with more operations is a drawing and no paper.
const LONGEST_PAGE: usize = 4 * 1024 * 1024;
/// Layers may hold blocks of objects, and these others.
const DEEPEST: usize = 8;
/// Millimetres of an A4 page, for a document that names no size.
const A4: [&str; 4] = ["0", "0", "210", "297"];

pub(super) fn as_pdf(bytes: &[u8]) -> Result<Vec<u8>, NoPicture> {
    let package = Package::open(bytes)?;
    let mut pdf = Pdf::new();
    for picture in package.pictures() {
        pdf.picture(&picture.id, picture.width, picture.height, &picture.rgb);
    }
    for page in package.pages().iter().take(MOST_PAGES) {
        let size = package.size(page);
        let mut drawing = Drawing::default();
        let bottom = sum(&[&size[1], &size[1], &size[3]]);
        drawing.line(&format!("1 0 0 -1 0 {bottom} cm"));
        for layer in package.layers(page) {
            drawing.objects(layer, 0);
        }
        pdf.page(&[size[0].clone(), size[1].clone(), sum(&[&size[0], &size[2]]), sum(&[&size[1], &size[3]])], &drawing.operations);
    }
    pdf.finish().ok_or(NoPicture::Broken)
}

fn sum(numbers: &[&String]) -> String {
    numbers.iter().filter_map(|number| number.parse::<Decimal>().ok()).sum::<Decimal>().to_string()
}

/// A number as OFD and PDF both write it: digits, a point, a sign, and not too many of them.
fn number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |digits: &str, most: usize| digits.len() <= most && digits.bytes().all(|byte| byte.is_ascii_digit());
    (plain(whole, 7) && plain(part, 12) && whole.len() + part.len() > 0).then_some(text)
}

/// The numbers of an attribute or a text; none when one of them is no number.
fn numbers(text: &str) -> Option<Vec<&str>> {
    text.split_whitespace().map(number).collect()
}

/// The entries of the file by name, and its document.
struct Package {
    entries: BTreeMap<String, Vec<u8>>,
    document: Element,
    folder: String,
}

struct Picture {
    id: String,
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Package {
    fn open(bytes: &[u8]) -> Result<Package, NoPicture> {
        let named = entries(bytes).map_err(|_| NoPicture::Broken)?;
        let entries: BTreeMap<String, Vec<u8>> =
            named.into_iter().map(|(name, content)| (name.replace('\\', "/").trim_start_matches('/').to_owned(), content)).collect();
        let is_document = |root: &Element| root.name == "Document";
        let found = entries.iter().find_map(|(name, content)| {
            let root = element::parse(content).ok().filter(is_document)?;
            Some((name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned(), root))
        });
        let (folder, document) = found.ok_or(NoPicture::OtherKind)?;
        Ok(Package { entries, document, folder })
    }

    /// An entry by the path that a document names: below its folder, else wherever its end stands.
    fn entry(&self, place: &str) -> Option<&Vec<u8>> {
        let place = place.trim().trim_start_matches(['/', '.']);
        let below = format!("{}/{place}", self.folder);
        let end = format!("/{place}");
        let somewhere = || self.entries.iter().find(|(name, _)| name.ends_with(&end)).map(|(_, content)| content);
        self.entries.get(&below).or_else(|| self.entries.get(place)).or_else(somewhere)
    }

    fn page_at(&self, place: &str) -> Option<Element> {
        element::parse(self.entry(place)?).ok().filter(|root| root.name == "Page")
    }

    fn pages(&self) -> Vec<Element> {
        let listed = self.document.child("Pages").into_iter().flat_map(|pages| &pages.children);
        listed.filter_map(|page| self.page_at(page.attribute("BaseLoc")?)).collect()
    }

    /// Left, top, width and height.
    fn size(&self, page: &Element) -> [String; 4] {
        let own = page.text_at(&["Area", "PhysicalBox"]);
        let usual = self.document.text_at(&["CommonData", "PageArea", "PhysicalBox"]);
        let found = [own, usual].into_iter().find_map(|text| numbers(text)?.try_into().ok());
        found.unwrap_or(A4).map(str::to_owned)
    }

    /// The templates of a page come first, as their background.
    fn layers(&self, page: &Element) -> Vec<Element> {
        let templates = self.document.child("CommonData").into_iter().flat_map(|data| &data.children);
        let templates: Vec<&Element> = templates.filter(|child| child.name == "TemplatePage").collect();
        let used = page.children.iter().filter(|child| child.name == "Template").filter_map(|used| {
            let id = used.attribute("TemplateID")?;
            let template = templates.iter().find(|template| template.attribute("ID") == Some(id))?;
            self.page_at(template.attribute("BaseLoc")?)
        });
        used.chain([page.clone()]).filter_map(|page| page.child("Content").cloned()).collect()
    }

    /// Pictures of the resources that are PNG, without their transparency: on white.
    fn pictures(&self) -> Vec<Picture> {
        let resources = self.entries.values().filter_map(|content| element::parse(content).ok().filter(|root| root.name == "Res"));
        let mut found = Vec::new();
        for resource in resources {
            for media in resource.all().into_iter().filter(|child| child.name == "MultiMedia") {
                let file = media.text_at(&["MediaFile"]);
                if let (Some(id), Some((width, height, rgb))) = (media.attribute("ID"), self.entry(file).and_then(|bytes| rgb_of(bytes))) {
                    found.push(Picture { id: id.to_owned(), width, height, rgb });
                }
            }
        }
        found.retain(|picture| picture.id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        found
    }
}

fn rgb_of(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    const MOST: u32 = 4_000;
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width > MOST || height > MOST {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let shown = reader.next_frame(&mut pixels).ok()?;
    let samples = shown.color_type.samples();
    let rgb = pixels.chunks_exact(samples).flat_map(|pixel| match *pixel {
        [grey] => [grey; 3],
        [grey, alpha] => [over_white(grey, alpha); 3],
        [red, green, blue] => [red, green, blue],
        [red, green, blue, alpha] => [over_white(red, alpha), over_white(green, alpha), over_white(blue, alpha)],
        _ => [u8::MAX; 3],
    });
    Some((width, height, rgb.collect()))
}

fn over_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// The operations of a page.
#[derive(Default)]
struct Drawing {
    operations: String,
}

impl Drawing {
    fn line(&mut self, operation: &str) {
        if self.operations.len() < LONGEST_PAGE {
            self.operations.push_str(operation);
            self.operations.push('\n');
        }
    }

    fn objects(&mut self, parent: Element, depth: usize) {
        for object in parent.children {
            match object.name.as_str() {
                "Layer" | "PageBlock" if depth < DEEPEST => self.objects(object, depth + 1),
                "TextObject" => self.object(&object, Drawing::text),
                "PathObject" => self.object(&object, Drawing::path),
                "ImageObject" => self.object(&object, Drawing::picture),
                _ => {}
            }
        }
    }

    /// An object within its boundary and its own transformation.
    fn object(&mut self, object: &Element, draw: fn(&mut Drawing, &Element)) {
        let Some(boundary) = object.attribute("Boundary").and_then(numbers).filter(|numbers| numbers.len() == 4) else { return };
        self.line(&format!("q 1 0 0 1 {} cm", boundary.iter().take(2).copied().collect::<Vec<_>>().join(" ")));
        if let Some(matrix) = object.attribute("CTM").and_then(numbers).filter(|numbers| numbers.len() == 6) {
            self.line(&format!("{} cm", matrix.join(" ")));
        }
        draw(self, object);
        self.line("Q");
    }

    fn colour(&mut self, object: &Element, name: &str, operator: &str) {
        let value = object.child(name).and_then(|colour| colour.attribute("Value")).unwrap_or("0 0 0");
        let shares: Option<Vec<String>> = value
            .split_whitespace()
            .map(|part| part.parse::<u8>().ok().map(|part| (Decimal::from(part) / Decimal::from(u8::MAX)).round_dp(3).to_string()))
            .collect();
        if let Some(shares) = shares.filter(|shares| shares.len() == 3) {
            self.line(&format!("{} {operator}", shares.join(" ")));
        }
    }

    fn text(&mut self, object: &Element) {
        let Some(size) = object.attribute("Size").and_then(number) else { return };
        self.colour(object, "FillColor", "rg");
        self.line(&format!("BT /F {size} Tf"));
        for code in object.children.iter().filter(|child| child.name == "TextCode") {
            let at = |name: &str| code.attribute(name).and_then(number).unwrap_or("0");
            self.line(&format!("1 0 0 -1 {} {} Tm", at("X"), at("Y")));
            let steps = |name: &str| code.attribute(name).map(deltas).unwrap_or_default();
            let (right, down) = (steps("DeltaX"), steps("DeltaY"));
            let text = code.text.trim_matches(['\n', '\r', '\t']);
            if right.is_empty() && down.is_empty() {
                self.line(&format!("<{}> Tj", utf_16(text)));
                continue;
            }
            for (place, character) in text.chars().enumerate() {
                self.line(&format!("<{}> Tj", utf_16(character.encode_utf8(&mut [0; 4]))));
                // The last step goes on.
                let step = |steps: &[String]| steps.get(place).or(steps.last()).cloned().unwrap_or_else(|| "0".to_owned());
                let up = step(&down);
                let up = up.strip_prefix('-').map_or_else(|| format!("-{up}"), str::to_owned);
                self.line(&format!("{} {up} Td", step(&right)));
            }
        }
        self.line("ET");
    }

    fn path(&mut self, object: &Element) {
        let Some(data) = object.child("AbbreviatedData") else { return };
        let (strokes, fills) = (object.attribute("Stroke") != Some("false"), object.attribute("Fill") == Some("true"));
        self.colour(object, "StrokeColor", "RG");
        self.colour(object, "FillColor", "rg");
        self.line(&format!("{} w", object.attribute("LineWidth").and_then(number).unwrap_or("0.353")));
        let (mut operands, mut operator) = (Vec::new(), "");
        for word in data.text.split_whitespace().chain(["end"]) {
            if let Some(number) = number(word) {
                operands.push(number);
                continue;
            }
            self.segment(operator, &operands);
            operands.clear();
            operator = word;
        }
        self.line(match (strokes, fills) {
            (true, true) => "B",
            (true, false) => "S",
            (false, true) => "f",
            (false, false) => "n",
        });
    }

    /// Curves that PDF does not know are drawn as lines to their ends.
    fn segment(&mut self, operator: &str, operands: &[&str]) {
        let last = |count: usize| operands.get(operands.len().saturating_sub(count)..).unwrap_or_default().join(" ");
        match (operator, operands.len()) {
            ("M" | "S", 2) => self.line(&format!("{} m", last(2))),
            ("L", 2) | ("Q", 4) | ("A", 7) => self.line(&format!("{} l", last(2))),
            ("B", 6) => self.line(&format!("{} c", last(6))),
            ("C", 0) => self.line("h"),
            _ => {}
        }
    }

    fn picture(&mut self, object: &Element) {
        let id = object.attribute("ResourceID").filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        // Its space is one by one, downwards.
        if let Some(id) = id {
            self.line(&format!("1 0 0 -1 0 1 cm /P{id} Do"));
        }
    }
}

/// `4.5 g 3 2` is 4.5 2 2 2.
fn deltas(text: &str) -> Vec<String> {
    const MOST: usize = 10_000;
    let (mut steps, mut words) = (Vec::new(), text.split_whitespace());
    while let Some(word) = words.next() {
        let (times, step) =
            if word == "g" { (words.next().and_then(|times| times.parse().ok()), words.next()) } else { (Some(1), Some(word)) };
        let (Some(times), Some(step)) = (times, step.and_then(number)) else { return steps };
        steps.extend(std::iter::repeat_n(step.to_owned(), usize::min(times, MOST)));
        if steps.len() > MOST {
            break;
        }
    }
    steps
}

fn utf_16(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut hex, unit| {
        // Writing to a text never fails.
        write!(hex, "{unit:04x}").ok();
        hex
    })
}
