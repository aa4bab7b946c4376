//! What an enterprise is, dated: every qualification has a first and a last day and a paper.

use crate::codes::codes;
use crate::lang::Lang;

codes! {
    /// The kinds a level's predicates may ask for, and the place of registration.
    EntryKind {
        RegistrationPlace = "registration_place",
        TechSme = "tech_sme",
        Hightech = "hightech",
        Incubatee = "incubatee",
        AboveDesignatedSize = "above_designated_size",
        AdvancedServiceEnterprise = "advanced_service_enterprise",
    }
}

codes! {
    /// Where an enterprise is registered; each place lies within the next one.
    Place { EastLake = "east_lake", Wuhan = "wuhan", Hubei = "hubei", Elsewhere = "elsewhere" }
}

codes! {
    CarrierKind { Incubator = "incubator", UniversitySciencePark = "university_science_park", MakerSpace = "maker_space" }
}

codes! {
    CarrierLevel { National = "national", Province = "province", City = "city", District = "district" }
}

impl EntryKind {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            EntryKind::RegistrationPlace => ("注册地", "Place of registration"),
            EntryKind::TechSme => ("科技型中小企业", "Technology SME"),
            EntryKind::Hightech => ("高新技术企业", "High-tech enterprise"),
            EntryKind::Incubatee => ("在孵企业", "Incubatee"),
            EntryKind::AboveDesignatedSize => ("规上企业", "Above-designated-size enterprise"),
            EntryKind::AdvancedServiceEnterprise => ("技术先进型服务企业", "Advanced technology service enterprise"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Which paper proves it.
    #[must_use]
    pub const fn proof(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            EntryKind::RegistrationPlace => ("营业执照", "business licence"),
            EntryKind::TechSme => ("入库登记编号公告或截图", "listing with the registry number"),
            EntryKind::Hightech => ("高新技术企业证书", "high-tech certificate"),
            EntryKind::Incubatee => ("在孵协议", "incubation agreement"),
            EntryKind::AboveDesignatedSize => ("统计部门规上名单", "statistics bureau's list"),
            EntryKind::AdvancedServiceEnterprise => ("认定文件", "recognition document"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl Place {
    /// The codes of `evaluate`: a firm in East Lake is also in Wuhan and in Hubei.
    #[must_use]
    pub const fn registered_in(self) -> &'static [&'static str] {
        match self {
            Place::EastLake => &["hubei", "wuhan", "east-lake"],
            Place::Wuhan => &["hubei", "wuhan"],
            Place::Hubei => &["hubei"],
            Place::Elsewhere => &[],
        }
    }

    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Place::EastLake => ("东湖高新区", "East Lake High-tech Zone"),
            Place::Wuhan => ("武汉市（东湖高新区以外）", "Wuhan, outside East Lake"),
            Place::Hubei => ("湖北省（武汉市以外）", "Hubei, outside Wuhan"),
            Place::Elsewhere => ("湖北省以外", "outside Hubei"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl CarrierKind {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            CarrierKind::Incubator => ("孵化器", "incubator"),
            CarrierKind::UniversitySciencePark => ("大学科技园", "university science park"),
            CarrierKind::MakerSpace => ("众创空间", "maker space"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

impl CarrierLevel {
    #[must_use]
    pub const fn label(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            CarrierLevel::National => ("国家级", "national"),
            CarrierLevel::Province => ("省级", "provincial"),
            CarrierLevel::City => ("市级", "city"),
            CarrierLevel::District => ("区级", "district"),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}
