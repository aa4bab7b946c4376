//! The tables as diesel sees them; one schema for both databases. A test compares it with what
//! the migrations make.

diesel::table! {
    job_lease (kind) {
        kind -> Text,
        holder -> Text,
        epoch -> BigInt,
        held_until -> Timestamp,
    }
}

diesel::table! {
    payout_hold (id) {
        id -> BigInt,
        begun_at -> Timestamp,
        jump_seconds -> BigInt,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    setting (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    number_series (name) {
        name -> Text,
        last_number -> BigInt,
    }
}

diesel::table! {
    enterprise (id) {
        id -> BigInt,
        uscc -> Text,
        name -> Text,
        name_folded -> Text,
        legal_representative -> Text,
        address -> Text,
        phone -> Text,
        created_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    provider (id) {
        id -> BigInt,
        uscc -> Text,
        name -> Text,
        capacity -> Text,
    }
}

diesel::table! {
    account (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        kind -> Text,
        enterprise_id -> Nullable<BigInt>,
        provider_id -> Nullable<BigInt>,
        language -> Text,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        disabled_at -> Nullable<Timestamp>,
        version -> BigInt,
        password_set_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    account_right (account_id, duty) {
        account_id -> BigInt,
        duty -> Text,
    }
}

diesel::table! {
    session (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
        stage -> Text,
        confirmed_at -> Nullable<Timestamp>,
        idle_seconds -> BigInt,
        device -> Text,
        address -> Text,
    }
}

diesel::table! {
    second_factor (account_id) {
        account_id -> BigInt,
        sealed_secret -> Text,
        last_step -> BigInt,
        enrolled_at -> Timestamp,
    }
}

diesel::table! {
    recovery_code (account_id, code_hash) {
        account_id -> BigInt,
        code_hash -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    openid_link (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        account_id -> BigInt,
        linked_at -> Timestamp,
    }
}

diesel::table! {
    openid_attempt (state_hash) {
        state_hash -> Text,
        browser_hash -> Text,
        session_hash -> Nullable<Text>,
        sealed_errand -> Text,
        begun_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    mail_token (token_hash) {
        token_hash -> Text,
        purpose -> Text,
        account_id -> Nullable<BigInt>,
        payload -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    login_attempt (id) {
        id -> BigInt,
        email -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    service_token (id) {
        id -> BigInt,
        name -> Text,
        token_hash -> Text,
        provider_id -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        may_backfill -> Bool,
    }
}

diesel::table! {
    bank_account (id) {
        id -> BigInt,
        enterprise_id -> BigInt,
        account_name -> Text,
        bank_name -> Text,
        account_no -> Text,
        cnaps -> Text,
        state -> Text,
        created_by -> BigInt,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    stored_file (id) {
        id -> BigInt,
        sha256 -> Text,
        size_bytes -> BigInt,
        media_type -> Text,
        stored_at -> Timestamp,
    }
}

diesel::table! {
    qualification (id) {
        id -> BigInt,
        enterprise_id -> BigInt,
        kind -> Text,
        number -> Text,
        place -> Nullable<Text>,
        carrier_kind -> Nullable<Text>,
        carrier_level -> Nullable<Text>,
        prior_year_sales_fen -> Nullable<BigInt>,
        valid_from -> Date,
        valid_to -> Date,
        file_id -> Nullable<BigInt>,
        file_name -> Text,
        state -> Text,
        reason -> Text,
        entered_by -> BigInt,
        entered_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        registry_row_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    dishonesty_record (id) {
        id -> BigInt,
        uscc -> Text,
        from_day -> Date,
        to_day -> Nullable<Date>,
        source -> Text,
        recorded_by -> BigInt,
        recorded_at -> Timestamp,
        registry_row_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    related_party (id) {
        id -> BigInt,
        enterprise_id -> BigInt,
        provider_id -> BigInt,
        relation -> Text,
        recorded_by -> BigInt,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    structure_declaration (id) {
        id -> BigInt,
        enterprise_id -> BigInt,
        version -> BigInt,
        declared_by -> BigInt,
        declared_at -> Timestamp,
    }
}

diesel::table! {
    structure_party (id) {
        id -> BigInt,
        declaration_id -> BigInt,
        role -> Text,
        person -> Bool,
        name -> Text,
        uscc -> Text,
        share_bp -> Nullable<BigInt>,
        since -> Date,
    }
}

diesel::table! {
    recovery_task (id) {
        id -> BigInt,
        application_id -> BigInt,
        material_id -> BigInt,
        code -> Text,
        number -> Text,
        red_fen -> BigInt,
        dated_on -> Date,
        source -> Text,
        file_id -> Nullable<BigInt>,
        file_name -> Text,
        found_by -> Nullable<BigInt>,
        found_at -> Timestamp,
        state -> Text,
        note -> Text,
        settled_by -> Nullable<BigInt>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    purchase (id) {
        id -> BigInt,
        provider_id -> BigInt,
        enterprise_uscc -> Text,
        order_no -> Text,
        kind -> Text,
        resource -> Text,
        unit -> Text,
        quantity -> Text,
        unit_price -> Text,
        amount_fen -> BigInt,
        accepted_fen -> BigInt,
        service_from -> Date,
        service_to -> Date,
        recorded_at -> Timestamp,
        recorded_by -> Text,
        statement_id -> Nullable<BigInt>,
        state -> Text,
        prepaid_cash_fen -> BigInt,
        non_cash_fen -> BigInt,
        invoiced_fen -> BigInt,
        red_fen -> BigInt,
        paid_fen -> BigInt,
        refunded_fen -> BigInt,
        claimable_fen -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    notice (id) {
        id -> BigInt,
        number -> Text,
        title_zh -> Text,
        title_en -> Text,
        basis_zh -> Text,
        basis_en -> Text,
        contact_phone -> Text,
        supervision_phone -> Text,
        address -> Text,
        issuer -> Text,
        state -> Text,
        working_days -> BigInt,
        first_day -> Nullable<Date>,
        last_day -> Nullable<Date>,
        drafted_by -> BigInt,
        drafted_at -> Timestamp,
        published_by -> Nullable<BigInt>,
        published_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        version -> BigInt,
        content_json -> Text,
    }
}

diesel::table! {
    voucher (id) {
        id -> BigInt,
        number -> Text,
        enterprise_id -> BigInt,
        year -> BigInt,
        claimed_on -> Date,
        claimed_at -> Timestamp,
        state -> Text,
        version -> BigInt,
        pack_id -> Text,
        warned_days -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    voucher_quota (voucher_id, tier) {
        voucher_id -> BigInt,
        tier -> Text,
        quota_fen -> BigInt,
    }
}

diesel::table! {
    application (id) {
        id -> BigInt,
        number -> Text,
        enterprise_id -> BigInt,
        state -> Text,
        state_since -> Timestamp,
        version -> BigInt,
        tier_choice -> Text,
        pack_id -> Text,
        voucher_id -> Nullable<BigInt>,
        bank_account_id -> Nullable<BigInt>,
        declared_by -> Nullable<BigInt>,
        declared_at -> Nullable<Timestamp>,
        previewed_at -> Nullable<Timestamp>,
        created_by -> BigInt,
        created_at -> Timestamp,
        saved_at -> Timestamp,
        first_submitted_at -> Nullable<Timestamp>,
        submitted_at -> Nullable<Timestamp>,
        assigned_to -> Nullable<BigInt>,
        correction_due -> Nullable<Date>,
        correction_extended -> Bool,
        notice_id -> Nullable<BigInt>,
        base_fen -> BigInt,
        total_fen -> BigInt,
    }
}

diesel::table! {
    application_item (id) {
        id -> BigInt,
        application_id -> BigInt,
        purchase_id -> BigInt,
        holds_purchase -> Bool,
        asked_fen -> Nullable<BigInt>,
        statutory_test -> Bool,
        provincial_project -> Bool,
        provider_confirmed_by -> Nullable<BigInt>,
        provider_confirmed_at -> Nullable<Timestamp>,
        provider_accepted_fen -> Nullable<BigInt>,
        provider_note -> Text,
    }
}

diesel::table! {
    material (id) {
        id -> BigInt,
        application_id -> BigInt,
        kind -> Text,
        file_id -> BigInt,
        file_name -> Text,
        code -> Text,
        number -> Text,
        amount_fen -> BigInt,
        tax_fen -> BigInt,
        minus_fen -> BigInt,
        dated_on -> Nullable<Date>,
        remark -> Text,
        remark_open -> Bool,
        added_by -> BigInt,
        added_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    allocation (material_id, item_id) {
        material_id -> BigInt,
        item_id -> BigInt,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    invoice_use (invoice_key) {
        invoice_key -> Text,
        enterprise_id -> BigInt,
        total_fen -> BigInt,
        used_fen -> BigInt,
    }
}

diesel::table! {
    coaching (id) {
        id -> BigInt,
        application_id -> BigInt,
        question -> Text,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        answer -> Text,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    case_side (application_id, account_id) {
        application_id -> BigInt,
        account_id -> BigInt,
        side -> Text,
    }
}

diesel::table! {
    evaluation (id) {
        id -> BigInt,
        application_id -> BigInt,
        made_at -> Timestamp,
        occasion -> Text,
        pack_id -> Text,
        pack_version -> Text,
        pack_sha256 -> Text,
        case_json -> Text,
        result_json -> Text,
    }
}

diesel::table! {
    subsidy (id) {
        id -> BigInt,
        application_id -> BigInt,
        tier -> Text,
        year -> BigInt,
        base_fen -> BigInt,
        raw_fen -> BigInt,
        amount_fen -> BigInt,
        held_fen -> BigInt,
    }
}

diesel::table! {
    credit_check (id) {
        id -> BigInt,
        application_id -> BigInt,
        occasion -> Text,
        checked_on -> Date,
        source -> Text,
        clean -> Bool,
        note -> Text,
        checked_by -> Nullable<BigInt>,
        checked_at -> Timestamp,
    }
}

diesel::table! {
    notice_item (notice_id, application_id) {
        notice_id -> BigInt,
        application_id -> BigInt,
        position -> BigInt,
        outcome -> Text,
    }
}

diesel::table! {
    objection (id) {
        id -> BigInt,
        notice_id -> BigInt,
        application_id -> BigInt,
        objector_kind -> Text,
        objector_name -> Text,
        objector_contact -> Text,
        facts -> Text,
        received_on -> Date,
        answer_due -> Date,
        state -> Text,
        answer -> Text,
        recorded_by -> BigInt,
        recorded_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    appropriation (id) {
        id -> BigInt,
        tier -> Text,
        year -> BigInt,
        amount_fen -> BigInt,
        document_no -> Text,
        note -> Text,
        recorded_by -> BigInt,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    budget (tier, year) {
        tier -> Text,
        year -> BigInt,
        appropriated_fen -> BigInt,
        reserved_fen -> BigInt,
        ordered_fen -> BigInt,
        paid_fen -> BigInt,
    }
}

diesel::table! {
    yearly_cap (enterprise_id, tier, year) {
        enterprise_id -> BigInt,
        tier -> Text,
        year -> BigInt,
        cap_fen -> BigInt,
        used_fen -> BigInt,
    }
}

diesel::table! {
    ledger_entry (id) {
        id -> BigInt,
        at -> Timestamp,
        occasion -> Text,
        application_id -> Nullable<BigInt>,
        made_by -> Nullable<BigInt>,
        note -> Text,
    }
}

diesel::table! {
    posting (id) {
        id -> BigInt,
        entry_id -> BigInt,
        book -> Text,
        tier -> Text,
        year -> BigInt,
        application_id -> Nullable<BigInt>,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    payout_batch (id) {
        id -> BigInt,
        number -> Text,
        state -> Text,
        drawn_up_by -> BigInt,
        drawn_up_at -> Timestamp,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<Timestamp>,
        settled_at -> Nullable<Timestamp>,
        total_fen -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    disbursement (id) {
        id -> BigInt,
        batch_id -> BigInt,
        application_id -> BigInt,
        tier -> Text,
        year -> BigInt,
        amount_fen -> BigInt,
        account_name -> Text,
        bank_name -> Text,
        account_no -> Text,
        cnaps -> Text,
        state -> Text,
        failure -> Text,
        settled_by -> Nullable<BigInt>,
        settled_on -> Nullable<Date>,
    }
}

diesel::table! {
    clawback (id) {
        id -> BigInt,
        number -> Text,
        application_id -> BigInt,
        tier -> Text,
        year -> BigInt,
        amount_fen -> BigInt,
        cause -> Text,
        reason -> Text,
        fine_note -> Text,
        state -> Text,
        opened_by -> BigInt,
        opened_at -> Timestamp,
        recovered_by -> Nullable<BigInt>,
        recovered_on -> Nullable<Date>,
    }
}

diesel::table! {
    pack_activation (id) {
        id -> BigInt,
        pack_id -> Text,
        pack_sha256 -> Text,
        reason -> Text,
        activated_by -> Nullable<BigInt>,
        activated_at -> Timestamp,
    }
}

diesel::table! {
    audit_entry (id) {
        id -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        actor_role -> Text,
        act -> Text,
        enterprise_id -> Nullable<BigInt>,
        application_id -> Nullable<BigInt>,
        subject -> Text,
        from_state -> Text,
        to_state -> Text,
        reason -> Text,
        detail -> Text,
    }
}

diesel::table! {
    audit_unsealed (entry_id) {
        entry_id -> BigInt,
    }
}

diesel::table! {
    audit_seal (seq) {
        seq -> BigInt,
        entry_id -> BigInt,
        leaf -> Binary,
        chain -> Binary,
        salt -> Binary,
        sealed_at -> Timestamp,
    }
}

diesel::table! {
    audit_checkpoint (size) {
        size -> BigInt,
        root -> Text,
        signed_at -> Timestamp,
        after_size -> BigInt,
        origin -> Text,
        key_id -> Text,
        signature -> Text,
    }
}

diesel::table! {
    audit_stamp (size) {
        size -> BigInt,
        answer -> Binary,
        kept_at -> Timestamp,
    }
}

diesel::table! {
    audit_head (id) {
        id -> BigInt,
        size -> BigInt,
        root -> Text,
        signed_at -> Timestamp,
        after_size -> BigInt,
        origin -> Text,
        key_id -> Text,
        signature -> Text,
        chain -> Binary,
        peaks -> Binary,
    }
}

diesel::table! {
    letter (id) {
        id -> BigInt,
        kind -> Text,
        to_email -> Text,
        to_name -> Text,
        subject -> Text,
        body -> Text,
        application_id -> Nullable<BigInt>,
        state -> Text,
        attempts -> BigInt,
        next_attempt_at -> Timestamp,
        last_error -> Text,
        queued_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    idempotency (scope, request_key) {
        scope -> Text,
        request_key -> Text,
        body_sha256 -> Text,
        answer -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    usage_source (id) {
        id -> BigInt,
        uri -> Text,
        provider_id -> BigInt,
        registered_at -> Timestamp,
    }
}

diesel::table! {
    token_source (token_id, source_id) {
        token_id -> BigInt,
        source_id -> BigInt,
    }
}

diesel::table! {
    resource_spec (id) {
        id -> BigInt,
        provider_id -> BigInt,
        code -> Text,
        version -> BigInt,
        name_zh -> Text,
        name_en -> Text,
        kind -> Text,
        unit -> Text,
        vendor -> Text,
        model -> Text,
        gflops -> Nullable<BigInt>,
        precision_name -> Text,
        valid_from -> Date,
    }
}

diesel::table! {
    compute_contract (id) {
        id -> BigInt,
        provider_id -> BigInt,
        enterprise_uscc -> Text,
        enterprise_name -> Text,
        number -> Text,
        signed_on -> Date,
        valid_from -> Date,
        valid_to -> Date,
        utc_offset_minutes -> Integer,
        cap_fen -> Nullable<BigInt>,
        tariff_code -> Text,
        recorded_by -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    usage_subject (provider_id, code) {
        provider_id -> BigInt,
        code -> Text,
        enterprise_uscc -> Text,
        assigned_at -> Timestamp,
    }
}

diesel::table! {
    tariff_version (id) {
        id -> BigInt,
        provider_id -> BigInt,
        code -> Text,
        version -> BigInt,
        valid_from -> Date,
        body -> Text,
        digest -> Text,
        reason -> Text,
        recorded_by -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    prepaid_pool (id) {
        id -> BigInt,
        contract_id -> BigInt,
        kind -> Text,
        granted_fen -> BigInt,
        drawn_fen -> BigInt,
        expires_on -> Nullable<Date>,
        reference -> Text,
        recorded_by -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    usage_shard (shard) {
        shard -> BigInt,
        last_seq -> BigInt,
        last_hash -> Binary,
    }
}

diesel::table! {
    usage_event (shard, seq) {
        shard -> BigInt,
        seq -> BigInt,
        source -> Text,
        event_id -> Text,
        kind -> Text,
        provider_id -> BigInt,
        contract_id -> BigInt,
        subject -> Text,
        resource -> Text,
        partition_name -> Text,
        qos -> Text,
        project -> Text,
        instance -> Text,
        units -> BigInt,
        time_ms -> BigInt,
        start_ms -> BigInt,
        end_ms -> BigInt,
        quantity_ms -> BigInt,
        data -> Text,
        digest -> Binary,
        received_ms -> BigInt,
        late -> Bool,
        hash -> Binary,
    }
}

diesel::table! {
    usage_void (shard, seq) {
        shard -> BigInt,
        seq -> BigInt,
        by_shard -> BigInt,
        by_seq -> BigInt,
        contract_id -> BigInt,
    }
}

diesel::table! {
    usage_quarantine (id) {
        id -> BigInt,
        provider_id -> BigInt,
        source -> Text,
        event_id -> Text,
        digest -> Binary,
        body -> Text,
        code -> Text,
        field -> Text,
        detail_zh -> Text,
        detail_en -> Text,
        waits_for_source -> Text,
        waits_for_id -> Text,
        received_at -> Timestamp,
        state -> Text,
        reason -> Text,
        closed_by -> Nullable<BigInt>,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    usage_import (id) {
        id -> BigInt,
        provider_id -> BigInt,
        format -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        source -> Text,
        row_count -> BigInt,
        accepted -> BigInt,
        duplicate -> BigInt,
        conflict -> BigInt,
        rejected -> BigInt,
        quarantined -> BigInt,
        skipped -> BigInt,
        report -> Text,
        reason -> Text,
        imported_by -> Nullable<BigInt>,
        imported_at -> Timestamp,
    }
}

diesel::table! {
    usage_ingest (source, shard) {
        source -> Text,
        shard -> BigInt,
        provider_id -> BigInt,
        accepted -> BigInt,
        duplicate -> BigInt,
        refused -> BigInt,
        last_event_ms -> BigInt,
        last_received_ms -> BigInt,
    }
}

diesel::table! {
    signing_key (key_id) {
        key_id -> Text,
        public_key -> Text,
        first_used_at -> Timestamp,
    }
}

diesel::table! {
    usage_day_sum (contract_id, day, resource, partition_name, qos, project) {
        contract_id -> BigInt,
        day -> Date,
        resource -> Text,
        partition_name -> Text,
        qos -> Text,
        project -> Text,
        quantity_ms -> BigInt,
    }
}

diesel::table! {
    usage_reading (contract_id, shard, seq) {
        contract_id -> BigInt,
        shard -> BigInt,
        seq -> BigInt,
    }
}

diesel::table! {
    usage_summed (shard) {
        shard -> BigInt,
        seq -> BigInt,
    }
}

diesel::table! {
    usage_checkpoint (shard, to_seq) {
        shard -> BigInt,
        from_seq -> BigInt,
        to_seq -> BigInt,
        root -> Text,
        signed_at -> Timestamp,
        key_id -> Text,
        signature -> Text,
    }
}

diesel::table! {
    statement (id) {
        id -> BigInt,
        number -> Text,
        contract_id -> BigInt,
        period -> Text,
        version -> BigInt,
        kind -> Text,
        reverses_id -> Nullable<BigInt>,
        cutoff -> Text,
        usage_fen -> BigInt,
        adjustment_fen -> BigInt,
        total_fen -> BigInt,
        credit_brought_fen -> BigInt,
        prepaid_cash_fen -> BigInt,
        non_cash_fen -> BigInt,
        payable_fen -> BigInt,
        credit_left_fen -> BigInt,
        event_root -> Text,
        lines_digest -> Text,
        digest -> Text,
        key_id -> Text,
        signature -> Text,
        issued_by -> Nullable<BigInt>,
        issued_at -> Timestamp,
    }
}

diesel::table! {
    statement_line (statement_id, position) {
        statement_id -> BigInt,
        position -> BigInt,
        class -> Text,
        month -> Text,
        kind -> Text,
        resource -> Text,
        partition_name -> Text,
        qos -> Text,
        tariff_version -> BigInt,
        tier -> BigInt,
        quantity_ms -> BigInt,
        price_micro -> BigInt,
        amount_num -> Text,
        amount_den -> BigInt,
        amount_fen -> BigInt,
        corrects_statement -> Text,
        corrects_position -> BigInt,
    }
}

diesel::table! {
    prepaid_move (id) {
        id -> BigInt,
        pool_id -> BigInt,
        statement_id -> BigInt,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    statement_state (statement_id) {
        statement_id -> BigInt,
        contract_id -> BigInt,
        period -> Text,
        state -> Text,
        reason -> Text,
        answer -> Text,
        changed_by -> Nullable<BigInt>,
        changed_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    tax_invoice (id) {
        id -> BigInt,
        provider_id -> BigInt,
        code -> Text,
        number -> Text,
        buyer_uscc -> Text,
        total_fen -> BigInt,
        tax_fen -> BigInt,
        issued_on -> Date,
        red_of -> Nullable<BigInt>,
        allocated_fen -> BigInt,
        recorded_by -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    bank_receipt (id) {
        id -> BigInt,
        provider_id -> BigInt,
        bank_reference -> Text,
        payer_name -> Text,
        payer_account -> Text,
        enterprise_uscc -> Text,
        amount_fen -> BigInt,
        paid_on -> Date,
        refund_of -> Nullable<BigInt>,
        allocated_fen -> BigInt,
        recorded_by -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    purchase_allocation (id) {
        id -> BigInt,
        purchase_id -> BigInt,
        invoice_id -> Nullable<BigInt>,
        receipt_id -> Nullable<BigInt>,
        amount_fen -> BigInt,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    provider_bill (id) {
        id -> BigInt,
        contract_id -> BigInt,
        period -> Text,
        resource -> Text,
        quantity_ms -> Nullable<BigInt>,
        amount_fen -> Nullable<BigInt>,
        non_cash_fen -> BigInt,
        provisional -> Bool,
        import_id -> Nullable<BigInt>,
        recorded_at -> Timestamp,
    }
}

diesel::table! {
    reconciliation_case (id) {
        id -> BigInt,
        provider_id -> BigInt,
        purchase_id -> BigInt,
        kind -> Text,
        about -> Text,
        expected -> Text,
        found -> Text,
        tolerance -> Text,
        state -> Text,
        reason -> Text,
        opened_at -> Timestamp,
        closed_by -> Nullable<BigInt>,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    file_reading (file_id, reader) {
        file_id -> BigInt,
        reader -> BigInt,
        kind -> Text,
        reading -> Text,
        read_at -> Timestamp,
    }
}

diesel::table! {
    file_scan (file_id) {
        file_id -> BigInt,
        state -> Text,
        found -> Text,
        scanned_at -> Timestamp,
    }
}

diesel::table! {
    paper_fact (material_id, field) {
        material_id -> BigInt,
        field -> Text,
        value -> Text,
        source -> Text,
        confirmed_by -> Nullable<BigInt>,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    paper_form (material_id, file_id) {
        material_id -> BigInt,
        file_id -> BigInt,
        file_name -> Text,
        added_by -> BigInt,
        added_at -> Timestamp,
    }
}

diesel::table! {
    registry_list (id) {
        id -> BigInt,
        kind -> Text,
        scope -> Text,
        state -> Text,
        file_name -> Text,
        file_sha256 -> Text,
        as_of -> Date,
        row_count -> BigInt,
        new_count -> BigInt,
        changed_count -> BigInt,
        same_count -> BigInt,
        gone_count -> BigInt,
        unreadable_count -> BigInt,
        based_on -> Nullable<BigInt>,
        checked_by -> BigInt,
        checked_at -> Timestamp,
        imported_by -> Nullable<BigInt>,
        imported_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    registry_row (id) {
        id -> BigInt,
        list_id -> BigInt,
        kind -> Text,
        row_number -> BigInt,
        uscc -> Text,
        name -> Text,
        name_folded -> Text,
        number -> Text,
        carrier -> Text,
        carrier_kind -> Nullable<Text>,
        carrier_level -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        digest -> Text,
        outcome -> Text,
        fault -> Text,
        earlier_id -> Nullable<BigInt>,
        standing -> Bool,
    }
}

diesel::table! {
    registry_mapping (kind, signature) {
        kind -> Text,
        signature -> Text,
        mapping -> Text,
        confirmed_by -> BigInt,
        confirmed_at -> Timestamp,
    }
}

diesel::table! {
    registry_withdrawal (id) {
        id -> BigInt,
        row_id -> BigInt,
        enterprise_id -> BigInt,
        kind -> Text,
        number -> Text,
        effect_on -> Date,
        state -> Text,
        note -> Text,
        found_at -> Timestamp,
        settled_by -> Nullable<BigInt>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    register_check (id) {
        id -> BigInt,
        enterprise_id -> BigInt,
        register -> Text,
        state -> Text,
        asked_at -> Timestamp,
        tries -> BigInt,
        next_try_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        source -> Text,
        answer_sha256 -> Text,
        evidence -> Text,
    }
}

diesel::table! {
    register_health (register) {
        register -> Text,
        failures -> BigInt,
        resting_until -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    setting,
    number_series,
    enterprise,
    provider,
    account,
    account_right,
    session,
    mail_token,
    login_attempt,
    service_token,
    bank_account,
    stored_file,
    qualification,
    dishonesty_record,
    related_party,
    structure_declaration,
    structure_party,
    recovery_task,
    purchase,
    notice,
    voucher,
    voucher_quota,
    application,
    application_item,
    material,
    allocation,
    invoice_use,
    coaching,
    case_side,
    evaluation,
    subsidy,
    credit_check,
    notice_item,
    objection,
    appropriation,
    budget,
    yearly_cap,
    ledger_entry,
    posting,
    payout_batch,
    disbursement,
    clawback,
    pack_activation,
    audit_entry,
    audit_unsealed,
    audit_seal,
    audit_checkpoint,
    audit_stamp,
    audit_head,
    letter,
    idempotency,
    usage_source,
    token_source,
    resource_spec,
    compute_contract,
    usage_subject,
    tariff_version,
    prepaid_pool,
    usage_shard,
    usage_event,
    usage_void,
    usage_quarantine,
    usage_import,
    usage_ingest,
    signing_key,
    usage_checkpoint,
    usage_day_sum,
    usage_reading,
    usage_summed,
    statement,
    statement_line,
    prepaid_move,
    statement_state,
    tax_invoice,
    bank_receipt,
    purchase_allocation,
    provider_bill,
    reconciliation_case,
    file_reading,
    file_scan,
    paper_fact,
    paper_form,
    registry_list,
    registry_row,
    registry_mapping,
    registry_withdrawal,
    register_check,
    register_health,
    second_factor,
    recovery_code,
    openid_link,
    openid_attempt,
    job_lease,
    payout_hold,
);
